import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A root where a pmxcfs is mounted, and a state folder outside of it. */
export type ClusterNode = {
  readonly root: string;
  readonly state: string;
  /** Its pmxcfs dies and stays mounted, as one that crashed. */
  readonly crash: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const REPOSITORY = join(import.meta.dirname, '../../..');

const ETC = ['passwd', 'group', 'nsswitch.conf'];

/** The machine's own programs, over which others can be laid. */
const layRoot = (root: string, folder: string): void => {
  for (const each of [
    'etc/pve',
    'var/lib/pve-cluster',
    'usr',
    'tmp',
    'run',
    'dev',
    'proc',
    'sys',
    'root',
    'mnt',
  ])
    mkdirSync(join(root, each), { recursive: true });
  for (const each of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${each}`, join(root, each));
  for (const each of ETC) cpSync(join('/etc', each), join(root, 'etc', each));
  writeFileSync(join(root, 'etc/hosts'), '192.0.2.10 pve1\n');
  execFileSync('mknod', ['-m', '666', join(root, 'dev/null'), 'c', '1', '3']);
  execFileSync('mknod', [join(root, 'dev/fuse'), 'c', '10', '229']);
  const [upper, work] = [join(folder, 'upper'), join(folder, 'work')];
  for (const each of [upper, work, join(root, REPOSITORY)]) mkdirSync(each, { recursive: true });
  const layers = `lowerdir=/usr,upperdir=${upper},workdir=${work}`;
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', layers, join(root, 'usr')]);
  execFileSync('mount', ['--bind', REPOSITORY, join(root, REPOSITORY)]);
};

/** Programs of a node: pmxcfs as it is stood in for, and a pvesm and a pveum that know as much as their tests. */
const layPrograms = (root: string): void => {
  const programs: Readonly<Record<string, string>> = {
    'bin/pmxcfs': `exec ${process.execPath} ${join(import.meta.dirname, 'pmxcfs.ts')} "$@"`,
    'sbin/pvesm': `[ "$1 $2" = "add dir" ] && mkdir -p "$5" && printf 'dir: %s\\n\\tpath %s\\n\\n' "$3" "$5" >>/etc/pve/storage.cfg`,
    'sbin/pveum': `[ "$1 $2" = "group add" ] && printf 'group:%s:::\\n' "$3" >>/etc/pve/user.cfg`,
  };
  for (const [path, line] of Object.entries(programs))
    writeFileSync(join(root, 'usr', path), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
};

/** Why there can be no such node here, false where there can. */
export const noClusterNode = (): string | false => {
  if (process.getuid?.() !== 0) return 'mounts need root';
  return existsSync('/dev/fuse') ? false : 'there is no /dev/fuse';
};

const READY = 10_000;

/** Starts a pmxcfs in a root of its own; rejects where it is not ready within 10 s. */
export const openClusterNode = async (): Promise<ClusterNode> => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-cluster-'));
  const [root, state] = [join(folder, 'root'), join(folder, 'state')];
  layRoot(root, folder);
  layPrograms(root);
  const pmxcfs = spawn('chroot', [root, '/usr/bin/pmxcfs', '-l', '-f'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const end = Date.now() + READY; !existsSync(join(root, 'etc/pve/.members')); await sleep(20))
    if (Date.now() > end || pmxcfs.exitCode !== null) throw new Error('no pmxcfs came up');
  const crash = async (): Promise<void> => {
    pmxcfs.kill('SIGKILL');
    if (pmxcfs.exitCode === null && pmxcfs.signalCode === null) await once(pmxcfs, 'exit');
  };
  const close = async (): Promise<void> => {
    // First, so that no other test of this machine meets a file system that nobody answers for.
    for (const each of ['etc/pve', REPOSITORY, 'usr']) execFileSync('umount', ['-l', join(root, each)]);
    await crash();
    rmSync(folder, { recursive: true });
  };
  return { root, state, crash, close };
};

/** The machine's own pmxcfs, where it has one: nothing of it is started or ended. */
export const ownClusterNode = (): Promise<ClusterNode> => {
  const state = mkdtempSync(join(tmpdir(), 'quorate-cluster-'));
  return Promise.resolve({
    root: '/',
    state,
    crash: () => Promise.reject(new Error('it is not ours')),
    close: () => Promise.resolve(rmSync(state, { recursive: true })),
  });
};

/** A file in it says that a pmxcfs is there for tests: this suite changes the configuration that it finds. */
const FOR_TESTS = '/etc/pve/for-tests';

/** Why the machine's own pmxcfs cannot be used, false where it can. */
export const noOwnPmxcfs = (): string | false =>
  existsSync(FOR_TESTS) ? false : `no pmxcfs is here that is for tests (${FOR_TESTS})`;
