import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianTar, MIRROR } from '#test/fake/host/debian-tar';
import { placesIn } from '#worker/scripts/places';
import { planScript } from '#worker/scripts/plan-script';
import { cannotRehearse, execute } from './dry-run.ts';
import { inFolder } from './folder.ts';
import { type Bench, mean, raceTimed, time, waited } from './row.ts';

/** None with a service: a rehearsal has it meet a systemd that runs, as on a node, and in the chroot of the bare run there is none. */
const PACKAGES = ['htop', 'jq', 'lsof', 'file', 'tmux', 'tree'];
const SUITE = 'bookworm';
const ROUNDS = 24;

const SCRIPT = `export DEBIAN_FRONTEND=noninteractive; apt-get -y -q --no-download install ${PACKAGES.join(' ')}`;

const inChroot = (root: string, ...argv: readonly string[]): void => {
  execFileSync('chroot', [root, ...argv], { stdio: ['ignore', 'ignore', 'inherit'] });
};

/** The smallest root of a release with the packages fetched, and none of them installed. */
const layRoot = (folder: string): string => {
  const root = join(folder, 'root');
  mkdirSync(root);
  execFileSync('tar', ['--numeric-owner', '--xattrs', '-C', root, '-xpf', debianTar(SUITE)]);
  for (const path of ['var/cache/apt/archives/partial', 'var/lib/apt/lists/partial'])
    mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'etc/apt/sources.list'), `deb ${MIRROR} ${SUITE} main\n`);
  cpSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'), { dereference: true });
  inChroot(root, 'apt-get', '-q', 'update');
  inChroot(root, 'apt-get', '-y', '-q', '--download-only', 'install', ...PACKAGES);
  return root;
};

/** A copy for one round, on the disk: what lies in memory only would be written by whoever syncs first, and be that one's time. */
const afresh = (root: string, copy: string): void => {
  rmSync(copy, { recursive: true, force: true });
  execFileSync('cp', ['-a', root, copy]);
  execFileSync('sync');
};

const rehearse = async (root: string, state: string): Promise<void> => {
  const { rehearsals, store } = placesIn(state, root);
  const plan = await planScript({ argv: ['sh', '-c', SCRIPT] }, { root, store: rehearsals }, store);
  assert.ok(plan.ok && plan.value.code === 0, JSON.stringify(plan));
  const names = plan.value.explained.packages.map((one) => one.package.split(':')[0]);
  for (const name of PACKAGES) assert.ok(names.includes(name), `${name} is not in the plan`);
};

/** A dry run of a script that takes a while anyway: rehearsed, scanned, sealed on disk, explained. */
export const dryRunApt: Bench = {
  name: 'dry-run-apt',
  run: () => {
    const name = 'a dry run of apt installing 6 packages : the bare run';
    const leftOut = cannotRehearse();
    if (leftOut !== undefined) return { name, leftOut };
    return inFolder(async (folder) => {
      const root = layRoot(folder);
      const copy = join(folder, 'copy');
      const state = join(folder, 'state');
      const timed = (run: () => Promise<unknown>) => (): Promise<number> => {
        rmSync(state, { recursive: true, force: true });
        afresh(root, copy);
        return waited(run);
      };
      const sides = {
        ours: timed(() => rehearse(copy, state)),
        baseline: timed(() => execute('chroot', [copy, 'sh', '-c', SCRIPT])),
      };
      const took = await raceTimed(ROUNDS, sides, mean);
      const notes = [`the dry run ${time(took.ours)}, the bare run ${time(took.baseline)}`];
      return { name, ...took, limit: 1.15, unit: 'ms', notes };
    });
  },
};
