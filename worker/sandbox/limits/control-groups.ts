import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Limits } from './limits.ts';

/** Which of the two the kernel holds, and by what; `none`: only rlimits, time and disk hold it. */
export type HeldBy = {
  readonly processes: 'cgroup-v1' | 'cgroup-v2' | 'none';
  readonly memory: 'cgroup-v1' | 'cgroup-v2' | 'rlimit';
};

/** Control groups made for one run. `outOfMemory` says whether the kernel ended something for want of memory. */
export type Groups = {
  readonly folders: readonly string[];
  readonly heldBy: HeldBy;
  readonly outOfMemory: () => boolean;
  readonly remove: () => Promise<void>;
};

const BASE = '/sys/fs/cgroup';

const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

const writable = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK);
    return existsSync(folder);
  } catch {
    // Read-only in a container, or no such controller: then it does not hold.
    return false;
  }
};

/** The group that this process is in, for a version 1 controller: the new one lies below, so what holds us goes on holding. */
const ownGroup = (controller: string): string =>
  read('/proc/self/cgroup')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, names]) => names?.split(',').includes(controller))?.[2] ?? '/';

type Made = { readonly folder: string; readonly version: 'cgroup-v1' | 'cgroup-v2' };

const makeV1 = (
  controller: 'pids' | 'memory',
  name: string,
  files: Readonly<Record<string, number>>,
): Made | undefined => {
  const parent = join(BASE, controller, ownGroup(controller));
  if (!writable(parent)) return undefined;
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, value] of Object.entries(files)) writeFileSync(join(folder, file), String(value));
  return { folder, version: 'cgroup-v1' };
};

/** In version 2 a group with processes has no children that hold anything, so the new one lies beside, under the root. */
const makeV2 = (name: string, limits: Limits): Made | undefined => {
  const given = read(join(BASE, 'cgroup.subtree_control')).split(/\s+/);
  if (!given.includes('pids') || !given.includes('memory') || !writable(BASE)) return undefined;
  const folder = join(BASE, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pids.max'), String(limits.processes));
  writeFileSync(join(folder, 'memory.max'), String(limits.memory));
  if (existsSync(join(folder, 'memory.swap.max'))) writeFileSync(join(folder, 'memory.swap.max'), '0');
  return { folder, version: 'cgroup-v2' };
};

const PREFIX = 'quorate-rehearsal-';

/** Groups of workers that were killed stay behind, empty. `rmdir` refuses those that are in use. */
const sweep = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : undefined;
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) removeGroup(join(folder, name));
  }
};

const removeGroup = (folder: string): boolean => {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    // Its last process is still being taken down; the next try or the next sweep finds it.
    return !existsSync(folder);
  }
};

/** The kernel lets a group go a little after its last process, so this tries for two seconds. */
const removeSoon = async (folder: string): Promise<void> => {
  for (let tries = 0; tries < 100 && !removeGroup(folder); tries++) await wait(20);
};

const killsIn = (folder: string): boolean =>
  /^oom_kill [1-9]/m.test(read(join(folder, 'memory.events')) + read(join(folder, 'memory.oom_control')));

/** Makes the groups for one run, named after this worker's pid and `id`. */
export const makeGroups = (limits: Limits, id: string): Groups => {
  const name = `${PREFIX}${process.pid}-${basename(id)}`;
  const both = makeV2(name, limits);
  const pids = both ?? makeV1('pids', name, { 'pids.max': limits.processes });
  const memory = both ?? makeV1('memory', name, { 'memory.limit_in_bytes': limits.memory });
  const folders = [...new Set([pids, memory].flatMap((made) => (made ? [made.folder] : [])))];
  for (const folder of folders) sweep(join(folder, '..'));
  return {
    folders,
    heldBy: { processes: pids?.version ?? 'none', memory: memory?.version ?? 'rlimit' },
    outOfMemory: () => memory !== undefined && killsIn(memory.folder),
    remove: async () => {
      await Promise.all(folders.map(removeSoon));
    },
  };
};
