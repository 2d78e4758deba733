import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { CONFIG_DB } from '#worker/pmxcfs/config-db';
import { run } from '#worker/shell/run';

/** Where the machine keeps what makes it what it is; a rehearsal could reach all of it. */
const ROOT = ['/boot', '/etc', '/lib', '/media', '/mnt', '/opt', '/root', '/sbin', '/srv', '/usr', '/var'];

/** What programs of a machine, and tests beside this one, write all the time. */
const MOVING = ['/root/.*', '/var/cache', '/var/lib/apt', '/var/log', '/var/tmp'];

/** Of these little is looked at before and after each script: what scripts change, units among them. */
const NEAR = ['/boot', '/etc', '/opt', '/srv', '/usr/local', '/usr/lib/systemd', '/var/lib/dpkg'];
const NEAR_STATE = ['/var/lib/systemd', '/var/lib/pve-cluster', '/var/spool'];

/** Counters of the kernel that move by themselves. */
const COUNTERS =
  /random|-nr$|_state$|-state$|last_pid|ns_last|count$|\/nr$|_cost|next_id|sched_domain|bandwidth/;

const output = async (file: string, args: readonly string[]): Promise<string> => {
  const result = await run(file, args, { most: 2 ** 28, timeout: 60_000 });
  return result.ok ? result.value : `failed: ${JSON.stringify(result.error)}`;
};

/** Metadata with the time of the last change (ctime), which nobody can set back, so that contents are covered too. */
const META = '%p %y %m %U %G %s %T@ %C@ %n %l\\0';

const listed = async (areas: readonly string[]): Promise<ReadonlySet<string>> => {
  // Whoever reads a database of SQLite that is open takes its place in these two, and nothing else.
  const shared = ['-wal', '-shm'].map((end) => `${CONFIG_DB}${end}`);
  const passed = [...MOVING, ...shared, tmpdir(), process.cwd()].flatMap((path) => ['-path', path, '-o']);
  const start = [...areas.filter((path) => existsSync(path)), '-ignore_readdir_race'];
  const found = await output('find', [
    ...start,
    '(',
    ...passed,
    '-false',
    ')',
    '-prune',
    '-o',
    '-printf',
    META,
  ]);
  return new Set(found.split('\0'));
};

/** Every entry of the machine's own root. */
export const rootState = (): Promise<ReadonlySet<string>> => listed(ROOT);

/** Entries that came, went or changed, each as it was or is. */
export const differing = (before: ReadonlySet<string>, after: ReadonlySet<string>): readonly string[] => [
  ...[...before].filter((line) => !after.has(line)).map((line) => `- ${line}`),
  ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
];

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Some values can only be read in some states of the machine.
    return 'unreadable';
  }
};

const kernelValues = async (): Promise<Readonly<Record<string, string>>> => {
  const found = await output('find', ['/proc/sys', '-type', 'f', '-readable', '-perm', '/200']);
  const paths = found.split('\n').filter((path) => path !== '' && !COUNTERS.test(path));
  return Object.fromEntries(paths.map((path) => [path, read(path)]));
};

/** Names of the loaded modules: how often each is used moves. */
const modules = (): readonly string[] =>
  read('/proc/modules')
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .toSorted();

/** Links, addresses without their remaining lifetimes, routes of all tables, rules, neighbours that are set, and the firewall. */
const network = async (): Promise<readonly string[]> => [
  await output('ip', ['link']),
  (await output('ip', ['address'])).replaceAll(/(valid|preferred)_lft \S+/g, ''),
  await output('ip', ['route', 'show', 'table', 'all']),
  await output('ip', ['-6', 'route', 'show', 'table', 'all']).then((text) =>
    text.replaceAll(/expires \S+/g, ''),
  ),
  await output('ip', ['rule']),
  await output('ip', ['neigh', 'show', 'nud', 'permanent']),
  // Where there is no such program it says so both times.
  await output('nft', ['list', 'ruleset', '--stateless']),
];

/** When the machine's clock would have begun (ms since 1970): another moment where somebody set it, but for a little slewing. */
export const clockBegan = (): number => Date.now() - Number(process.hrtime.bigint()) / 1e6;

/** Whoever is asked for it, where there is a cluster. */
const cluster = async (): Promise<string> =>
  output('find', ['/etc/pve', '-type', 'f', '-not', '-name', '.*', '-exec', 'sha256sum', '{}', '+']);

const mounts = (): readonly string[] =>
  read('/proc/self/mountinfo')
    .split('\n')
    // Other suites mount below the folder for temporary files meanwhile.
    .filter((line) => !line.includes(` ${tmpdir()}/`) || line.includes('quorate-rehearsal'));

/** What beside the whole root tells a machine from another one, and the part of the root that scripts change. */
export const hostState = async (): Promise<Readonly<Record<string, unknown>>> => ({
  files: await listed([...NEAR, ...NEAR_STATE]),
  // A change set that another suite applies to this root waits there.
  tops: readdirSync('/').filter((name) => name !== '.quorate-changes'),
  homes: readdirSync('/home'),
  units: await output('systemctl', ['list-unit-files', '--no-legend', '--no-pager']),
  cluster: await cluster(),
  network: await network(),
  kernel: await kernelValues(),
  modules: modules(),
  mounts: mounts(),
  swaps: read('/proc/swaps'),
  hostname: await output('hostname', []),
});
