import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { BytePath } from '../changeset/change.ts';
import { beginUpper, type Layer } from '../changeset/scan.ts';
import { codeOf } from '../error-code.ts';
import type { CopyRun } from '../pmxcfs/cluster-changes.ts';
import { bubblewrapArguments, type Inside } from './bubblewrap.ts';
import { clusterFields, clusterMounts, copyCluster, withCopy } from './cluster-copy.ts';
import { bytesOf, coverCalls, secretsOf, textOf } from './covers.ts';
import type { Groups } from './limits/control-groups.ts';
import type { Limits } from './limits/limits.ts';
import { becomePrivate, bindReadOnly, callsOf, layerFolders, type MountCall, sysfs } from './mounts/calls.ts';
import { type Mount, readMountinfo } from './mounts/mountinfo.ts';
import { type Planned, planMounts } from './mounts/plan.ts';
import { environmentOf, type RehearsalOptions, SCRIPTS, type Script } from './script.ts';
import { seccompFilter } from './seccomp/filter.ts';
import { type Arch, callNumber } from './seccomp/numbers.ts';
import type { Secrets } from './secrets.ts';
import { clusterPrograms } from './shims/cluster.ts';
import { locatePrograms, type Shimmed } from './shims/locate.ts';

/** A rehearsal whose folder is filled and that can be started. */
export type SetUp = {
  readonly folder: string;
  readonly socket: string;
  readonly plan: readonly Planned[];
  /** The host's mounts when the plan was made. */
  readonly mounts: readonly Mount[];
  readonly layers: readonly Layer[];
  /** What pmxcfs of its own is given and leaves, null where there is none. */
  readonly cluster: CopyRun | null;
  /** What the script cannot see. */
  readonly secrets: Secrets;
  /** The names that the stand-ins may run for real, and what that is called inside. */
  readonly realPrograms: ReadonlyMap<string, string>;
};

/** Fields with NUL between them, as launch.pl reads them. */
export const writeFields = (folder: string, name: string, fields: readonly (string | number)[]): void =>
  writeFileSync(join(folder, name), Buffer.from(fields.join('\0'), 'latin1'));

/** The fields of calls of mount(2), as launch.pl reads them. */
export const fieldsOf = (calls: readonly MountCall[]): readonly (string | number)[] =>
  calls.flatMap(({ source, target, fs, flags, data }) => [source, target, fs, flags, data]);

/** The machine's architecture in the words of the table; others have no filter, so nothing is rehearsed there. */
export const arch = (): Arch => {
  if (process.arch === 'x64' || process.arch === 'arm64') return process.arch;
  throw new Error(`no filter of calls for ${process.arch}`);
};

/** The numbers of the calls that launch.pl makes itself. */
export const launchNumbers = (): readonly (string | number)[] =>
  (['mount', 'unshare', 'prctl', 'close_range', 'prlimit64'] as const).flatMap((name) => [
    name,
    callNumber(name, arch()) ?? 0,
  ]);

type Unlaid = { readonly how: 'read-only' | 'hidden'; readonly why: string };

/** How a mount is shown that its kind allows an overlay on and that can have none; one that is gone is found out later. */
const unlaid = (point: BytePath): Unlaid | undefined => {
  try {
    const stats = lstatSync(Buffer.from(point, 'latin1'), { throwIfNoEntry: false });
    if (stats?.isDirectory() ?? true) return undefined;
    // As in most containers: overlayfs lays folders over folders only.
    return { how: 'read-only', why: 'a single file is mounted there' };
  } catch (error) {
    // ENOTCONN: a FUSE file system whose process died, pmxcfs among them.
    return { how: 'hidden', why: `it cannot be read (${codeOf(error)})` };
  }
};

/** Looks at no mount that is hidden: a network file system could hang whoever does. */
const asLaid = (plan: readonly Planned[]): readonly Planned[] =>
  plan.map((planned) => {
    const other = planned.how === 'overlay' ? unlaid(planned.point) : undefined;
    return other ? { point: planned.point, at: planned.at, fs: planned.fs, ...other } : planned;
  });

const makeLayer = (folder: string, { point, at }: Planned, index: number): Layer => {
  const { upper, work } = layerFolders(folder, index);
  const layer = { mount: at, lower: textOf(point), upper };
  mkdirSync(work, { recursive: true });
  beginUpper(layer);
  return layer;
};

/** Programs whose real self is needed inside: those that change files, and those that only read. */
const REAL =
  /^(systemctl|sysctl|modprobe|kmod|mount|mkfs|mke2fs|mkswap|fdisk|sfdisk|sgdisk|tune2fs|resize2fs|parted|udevadm)/;

const isRealInside = (program: string, hasCopy: boolean): boolean =>
  REAL.test(program) || (hasCopy && clusterPrograms.includes(program));

/** The files that every rehearsal has alike. */
const writeFixed = (folder: string): void => {
  mkdirSync(join(folder, 'merged'));
  writeFileSync(join(folder, 'empty'), '', { mode: 0o000 });
  copyFileSync(join(import.meta.dirname, 'shims', 'shim.pl'), join(folder, 'shim'));
  chmodSync(join(folder, 'shim'), 0o755);
  writeFileSync(join(folder, 'filter'), seccompFilter(arch()));
  writeFields(folder, 'numbers', launchNumbers());
};

type Parts = Pick<SetUp, 'folder' | 'plan' | 'secrets' | 'cluster'> & {
  readonly shims: readonly Shimmed[];
  /** Bytes that what is in memory may take, each. */
  readonly memoryFiles: number;
};

/** In this order: what lies over something is mounted after it, and pmxcfs is started between the two lists. */
const writeMounts = (options: RehearsalOptions, parts: Parts): void => {
  const { folder, plan, secrets, shims, cluster, memoryFiles } = parts;
  const merged = `${bytesOf(folder)}/merged`;
  const tree = [becomePrivate, ...callsOf(plan, bytesOf(folder), merged), ...sysfs(`${merged}/sys`)];
  const ofCluster = cluster ? clusterMounts(bytesOf(folder), merged, memoryFiles) : [];
  const stands = shims.flatMap(({ path }) => bindReadOnly(`${bytesOf(folder)}/shim`, merged + bytesOf(path)));
  writeFields(folder, 'mounts', fieldsOf([...tree, ...ofCluster]));
  writeFields(folder, 'pmxcfs', cluster ? clusterFields(merged) : []);
  writeFields(folder, 'covers', fieldsOf([...coverCalls(options, folder, { plan, secrets }), ...stands]));
};

const fileOf = (folder: string, { file }: Script): Inside['file'] => {
  if (!file) return null;
  writeFileSync(join(folder, 'script'), file.bytes);
  chmodSync(join(folder, 'script'), 0o755);
  return { from: bytesOf(join(folder, 'script')), to: `${SCRIPTS}/${file.name}` };
};

const insideOf = (
  folder: string,
  script: Script,
  real: readonly Shimmed[],
): Omit<Inside, 'memoryFiles' | 'root' | 'besidePmxcfs'> => ({
  merged: `${bytesOf(folder)}/merged`,
  real: real.map(({ path }) => ({ name: bytesOf(basename(path)), path: bytesOf(path) })),
  socket: bytesOf(join(folder, 'record')),
  file: fileOf(folder, script),
  env: environmentOf(script),
  cwd: script.cwd ?? '/',
});

/** Fills the folder of a rehearsal with all that launch.pl and bubblewrap read. */
export const setUp = (script: Script, options: RehearsalOptions, limits: Limits): SetUp => {
  mkdirSync(options.store, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(options.store, `r-${process.pid}-`));
  const mounts = readMountinfo();
  const planned = asLaid(planMounts(mounts, bytesOf(options.root), options.refusedMounts));
  const plan = withCopy(planned, options.root);
  const cluster = plan.some(({ how }) => how === 'copy') ? copyCluster(options.root, folder) : null;
  const layers = plan.flatMap((planned, index) =>
    planned.how === 'overlay' ? [makeLayer(folder, planned, index)] : [],
  );
  const secrets = secretsOf(options, plan, cluster);
  const shims = locatePrograms(options.root);
  const real = shims.filter(({ programs }) => programs.some((each) => isRealInside(each, cluster !== null)));
  const memoryFiles = Math.floor(limits.memory / 4);
  writeFixed(folder);
  writeMounts(options, { folder, plan, secrets: secrets.covered, shims, cluster, memoryFiles });
  const inside = insideOf(folder, script, real);
  const root = options.root === '/' ? '' : bytesOf(options.root);
  const besidePmxcfs = cluster !== null;
  writeFields(folder, 'arguments', bubblewrapArguments({ ...inside, root, besidePmxcfs, memoryFiles }));
  const realPrograms = new Map(
    real.flatMap(({ path, programs }) => programs.map((each) => [each, basename(path)] as const)),
  );
  const socket = join(folder, 'record');
  return { folder, socket, plan, mounts, layers, cluster, secrets: secrets.unseen, realPrograms };
};

const RLIMIT = { fileSize: 1, core: 4, processes: 6, addressSpace: 9 };

/** What holds the run: control groups where they could be made, and limits of the process for the rest. */
export const writeLimits = (folder: string, limits: Limits, { folders, heldBy }: Groups): void => {
  writeFields(folder, 'groups', folders);
  writeFields(folder, 'rlimits', [
    RLIMIT.fileSize,
    limits.disk,
    RLIMIT.core,
    0,
    ...(heldBy.processes === 'none' ? [RLIMIT.processes, limits.processes] : []),
    ...(heldBy.memory === 'rlimit' ? [RLIMIT.addressSpace, limits.memory] : []),
  ]);
};

/** What launch.pl says where it could not set up, undefined where it could. */
export const launchFailure = (folder: string): string | undefined => {
  const file = join(folder, 'failed');
  if (!existsSync(file)) return undefined;
  const [step = '', errno = ''] = readFileSync(file, 'latin1').split('\0');
  return errno === '0' ? step : `${step}: errno ${errno}`;
};
