import { closeSync, constants, openSync } from 'node:fs';
import { syncFileSystem } from '../libc/file-calls.ts';
import type { BytePath, Change } from './change.ts';
import { type Mount, mountOf, openTree } from './host-tree.ts';
import { PMXCFS } from './pmxcfs.ts';
import { POSIX } from './posix.ts';
import { openStage, removeStage } from './stage.ts';
import { folderOf, type Transaction } from './transaction.ts';
import type { Way, Work, Workshop } from './way.ts';

const WAYS: Readonly<Record<Mount['profile'], Way>> = { posix: POSIX, pmxcfs: PMXCFS };

/** The way of the file system that a path lies on. */
export const wayOf = ({ tree }: Work, { path }: Change): Way => WAYS[mountOf(tree.host, path).profile];

/**
 * The order in which changes happen: what goes, from the leaves on, then what comes, from the root on. Backwards it is
 * the order of taking back.
 */
export const orderOf = (changes: readonly Change[]): readonly number[] => {
  const indexes = [...changes.keys()];
  const goes = (index: number): boolean => changes[index]?.after === null;
  return [...indexes.filter(goes).reverse(), ...indexes.filter((index) => !goes(index))];
};

/** What a transaction is about, before anything is staged. */
export type Subject = Pick<Transaction, 'id' | 'changes'> & { readonly inodes: Transaction['inodes'] };

/** Opens the tree and the stages for a transaction, and closes them when the work is done. */
export const atWork = <T>(shop: Workshop, subject: Subject, work: (work: Work) => T): T => {
  const tree = openTree(shop.host);
  const stages = new Map<BytePath, number>();
  const open = (mount: BytePath): number => {
    const pmxcfs = shop.host.mounts.some(({ path, profile }) => path === mount && profile === 'pmxcfs');
    return pmxcfs
      ? openSync(folderOf(shop.journal, subject.id), constants.O_RDONLY | constants.O_DIRECTORY)
      : openStage(tree, mount, subject.id);
  };
  const stageOf = (mount: BytePath): number => {
    const fd = stages.get(mount) ?? open(mount);
    stages.set(mount, fd);
    return fd;
  };
  const { id, changes, inodes } = subject;
  const indexes = new Map(changes.map(({ path }, index) => [path, index]));
  const inodeOf = (index: number): string | null => inodes[index] ?? null;
  const indexOf = (path: BytePath): number | undefined => indexes.get(path);
  try {
    return work({ shop, id, tree, changes, stageOf, inodeOf, indexOf });
  } finally {
    for (const fd of stages.values()) closeSync(fd);
    tree.close();
  }
};

/** The mounts that a set changes. */
const mountsOf = ({ tree, changes }: Work): readonly Mount[] => [
  ...new Set(changes.map(({ path }) => mountOf(tree.host, path))),
];

/** Everything that was staged and renamed so far is on disk when this returns. */
export const syncMounts = (work: Work): void => {
  for (const { path, profile } of mountsOf(work))
    syncFileSystem(
      profile === 'posix' ? `/proc/self/fd/${work.tree.rootOf(path)}` : folderOf(work.shop.journal, work.id),
    );
};

/** Removes what waits in the stages: what was not moved in, what was displaced. */
export const clearStages = (work: Work): void => {
  for (const { path, profile } of mountsOf(work))
    if (profile === 'posix') removeStage(work.tree, path, work.id);
};
