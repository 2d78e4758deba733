import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BytePath } from '../changeset/change.ts';
import type { CopyRun } from '../pmxcfs/cluster-changes.ts';
import { CONFIG_DB, copyWithoutSecrets } from '../pmxcfs/config-db.ts';
import { PMXCFS } from '../pmxcfs/mount.ts';
import { bind, type MountCall, memory } from './mounts/calls.ts';
import type { Planned } from './mounts/plan.ts';

/**
 * What pmxcfs keeps of root's power (numbers of linux/capability.h): CHOWN, DAC_OVERRIDE and FOWNER for its files, SYS_ADMIN
 * for its one mount. What talks to it is a script that nobody has agreed to yet.
 */
const KEPT = [0, 1, 3, 21];

/** Devices that it opens. */
const DEVICES = ['fuse', 'null'];

/** Only a pmxcfs has such a file; its program and its database make another one of it. */
const hasPmxcfs = (root: string): boolean =>
  [join(PMXCFS, '.members'), '/usr/bin/pmxcfs', CONFIG_DB].every((path) => existsSync(join(root, path)));

/** The plan with the cluster's configuration as a copy of its own, where that can be made. */
export const withCopy = (plan: readonly Planned[], root: string): readonly Planned[] =>
  plan.map((planned) =>
    planned.at === PMXCFS && planned.how !== 'hidden' && hasPmxcfs(root)
      ? { point: planned.point, at: planned.at, fs: planned.fs, how: 'copy' }
      : planned,
  );

/** Copies the database and makes what pmxcfs is started over, in the folder of a rehearsal. */
export const copyCluster = (root: string, folder: string): CopyRun => {
  mkdirSync(join(folder, 'cluster'), { mode: 0o700 });
  mkdirSync(join(folder, 'dev/shm'), { recursive: true });
  for (const device of DEVICES) writeFileSync(join(folder, 'dev', device), '');
  const [before, after] = [join(folder, 'before.db'), join(folder, 'cluster/config.db')];
  const emptied = copyWithoutSecrets(join(root, CONFIG_DB), before);
  copyFileSync(before, after);
  return { before, after, emptied };
};

/** What lies over the rehearsal's root while pmxcfs is started there: its database, its devices, memory it shares with who asks it. */
export const clusterMounts = (
  folder: BytePath,
  merged: BytePath,
  memoryFiles: number,
): readonly MountCall[] => [
  bind(`${folder}/dev`, `${merged}/dev`),
  ...DEVICES.map((device) => bind(`/dev/${device}`, `${merged}/dev/${device}`)),
  memory(`${merged}/dev/shm`, memoryFiles),
  memory(`${merged}/run`, memoryFiles),
  bind(`${folder}/cluster`, `${merged}/var/lib/pve-cluster`),
];

/** What launch.pl is told about it. */
export const clusterFields = (merged: BytePath): readonly (string | number)[] => [merged, ...KEPT];
