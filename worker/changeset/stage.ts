import { closeSync, fstatSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { codeOf } from '../error-code.ts';
import { type Entry, openBeneath, pathOf } from '../libc/directory-calls.ts';
import type { BytePath } from './change.ts';
import { Refused } from './change-problem.ts';
import type { OpenTree } from './host-tree.ts';

/** The folder at the root of a mount in which entries wait: a rename cannot leave its mount. */
export const STAGES = '.quorate-changes';

const isCode = (error: unknown, ...codes: readonly string[]): boolean => codes.includes(codeOf(error) ?? '');

const makeFolder = (entry: Entry): void => {
  try {
    mkdirSync(pathOf(entry), { mode: 0o700 });
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
};

/** The root of a mount may be open for others to write (/tmp): what they put in our place is not used. */
const openOwn = (fd: number, name: string, mount: BytePath): number => {
  let opened: number;
  try {
    opened = openBeneath(fd, name);
  } catch (error) {
    if (isCode(error, 'ELOOP', 'ENOTDIR', 'EXDEV')) throw new Refused({ problem: 'own-place', path: mount });
    throw error;
  }
  const { uid, mode } = fstatSync(opened);
  if (uid === process.geteuid?.() && (mode & 0o077) === 0) return opened;
  closeSync(opened);
  throw new Refused({ problem: 'own-place', path: mount });
};

/** Makes or opens the folder of a transaction on a mount. The caller closes it. */
export const openStage = (tree: OpenTree, mount: BytePath, id: string): number => {
  const root = tree.rootOf(mount);
  makeFolder({ fd: root, name: STAGES });
  const stages = openOwn(root, STAGES, mount);
  try {
    makeFolder({ fd: stages, name: id });
    return openOwn(stages, id, mount);
  } finally {
    closeSync(stages);
  }
};

const withStages = (tree: OpenTree, mount: BytePath, work: (stages: number) => void): void => {
  let stages: number;
  try {
    stages = openOwn(tree.rootOf(mount), STAGES, mount);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  try {
    work(stages);
  } finally {
    closeSync(stages);
  }
  try {
    rmdirSync(pathOf({ fd: tree.rootOf(mount), name: STAGES }));
  } catch (error) {
    // Other transactions have theirs in it.
    if (!isCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
};

/** Removes what a transaction staged on a mount, and what it displaced. */
export const removeStage = (tree: OpenTree, mount: BytePath, id: string): void =>
  withStages(tree, mount, (stages) =>
    rmSync(pathOf({ fd: stages, name: id }).toString(), { recursive: true, force: true }),
  );

/** Removes the folders of transactions that are not `known`: they were killed before anything was prepared. */
export const removeStrayStages = (tree: OpenTree, mount: BytePath, known: ReadonlySet<string>): void =>
  withStages(tree, mount, (stages) => {
    for (const id of readdirSync(pathOf({ fd: stages, name: '.' }), 'utf8'))
      if (!known.has(id))
        rmSync(pathOf({ fd: stages, name: id }).toString(), { recursive: true, force: true });
  });
