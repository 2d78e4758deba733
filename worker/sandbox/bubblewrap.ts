import { lstatSync, readdirSync } from 'node:fs';
import type { BytePath } from '../changeset/change.ts';

/**
 * What root keeps inside: enough for packages and accounts. Without SYS_ADMIN, SYS_MODULE, SYS_RAWIO, SYS_BOOT, SYS_TIME,
 * SYS_PTRACE, SYS_RESOURCE, NET_ADMIN, NET_RAW, DAC_READ_SEARCH, LINUX_IMMUTABLE, SYSLOG, BPF and the rest.
 */
export const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'MKNOD',
  'AUDIT_WRITE',
  'SETFCAP',
];

/** The folders of a fresh /run without which systemctl, dpkg's scripts and ifupdown2 think themselves elsewhere. */
const RUN_FOLDERS = ['/run/lock', '/run/systemd/system', '/run/network', '/run/quorate/real'];

/**
 * Entries of /proc that belong to the machine and that root may write to or that hold such. bubblewrap 0.8 leaves
 * /proc/sys writable for root: it asks access(2), is told no, and takes it for read-only.
 */
const machineEntries = (): readonly string[] =>
  readdirSync('/proc')
    // By name alone: a process that is listed may have ended before it is looked at, which throws.
    .filter((name) => !/^[0-9]+$/.test(name))
    .map((name) => `/proc/${name}`)
    .filter((path) => {
      const stats = lstatSync(path);
      return stats.isDirectory() || (stats.isFile() && (stats.mode & 0o222) !== 0);
    })
    .filter((path) => !['/proc/self', '/proc/thread-self', '/proc/net'].includes(path));

/** What bubblewrap is told about one run; paths as bytes, environment complete. */
export type Inside = {
  readonly merged: BytePath;
  /** What stands before a path inside to make it one of the host's; empty where the root is the host's. */
  readonly root: BytePath;
  /** Programs by the name under which the stand-ins run them, and where they are inside. */
  readonly real: readonly { readonly name: string; readonly path: BytePath }[];
  readonly socket: BytePath;
  /** A file of ours and where it is shown. */
  readonly file: { readonly from: BytePath; readonly to: BytePath } | null;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** A pmxcfs of its own runs beside it: in the network that both are started in, and over memory that they share. */
  readonly besidePmxcfs: boolean;
  /** Bytes that /run and /dev/shm may take of the memory. */
  readonly memoryFiles: number;
};

const sharedMemory = ({
  merged,
  besidePmxcfs,
  memoryFiles,
}: Pick<Inside, 'merged' | 'besidePmxcfs' | 'memoryFiles'>): readonly string[] =>
  besidePmxcfs
    ? ['--bind', `${merged}/dev/shm`, '/dev/shm']
    : ['--size', String(memoryFiles), '--tmpfs', '/dev/shm', '--chmod', '1777', '/dev/shm'];

/** The options of bubblewrap, without the command and the two file descriptors. */
export const bubblewrapArguments = ({
  merged,
  root,
  real,
  socket,
  file,
  env,
  cwd,
  besidePmxcfs,
  memoryFiles,
}: Inside): readonly string[] =>
  [
    ['--bind', merged, '/', '--dev', '/dev', '--proc', '/proc'],
    sharedMemory({ merged, besidePmxcfs, memoryFiles }),
    machineEntries().flatMap((path) => ['--ro-bind-try', path, path]),
    ['--size', String(memoryFiles), '--tmpfs', '/run'],
    RUN_FOLDERS.flatMap((path) => ['--dir', path]),
    ['--ro-bind', socket, '/run/quorate/record'],
    file === null ? [] : ['--ro-bind', file.from, file.to],
    real.flatMap(({ name, path }) => ['--ro-bind', root + path, `/run/quorate/real/${name}`]),
    ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup'],
    besidePmxcfs ? [] : ['--unshare-net'],
    ['--die-with-parent', '--new-session'],
    ['--cap-drop', 'ALL', ...CAPABILITIES.flatMap((each) => ['--cap-add', `CAP_${each}`])],
    ['--chdir', cwd, '--clearenv'],
    Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
  ].flat();
