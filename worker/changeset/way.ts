import { codeOf } from '../error-code.ts';
import type { BytePath, Change } from './change.ts';
import { type ChangeProblem, Refused } from './change-problem.ts';
import type { Mount, OpenTree } from './host-tree.ts';

/** Where the parts of a change set lie, and who hears each point between two steps (for tests that end the process there). */
export type Workshop = {
  /** Private folder of kept change sets. */
  readonly store: string;
  /** Private folder of transactions. */
  readonly journal: string;
  readonly host: { readonly root: string; readonly mounts: readonly Mount[] };
  readonly step: (point: string) => void;
};

/** A transaction at work. `stageOf`: the open folder in which what belongs to a mount waits. */
export type Work = {
  readonly shop: Workshop;
  readonly id: string;
  readonly tree: OpenTree;
  readonly changes: readonly Change[];
  readonly stageOf: (mount: BytePath) => number;
  /** Inode of what was staged for a change. */
  readonly inodeOf: (index: number) => string | null;
  readonly indexOf: (path: BytePath) => number | undefined;
};

/**
 * How one kind of file system takes a change. `stage` makes ready what the change needs and gives the inode that is to
 * be moved in; `perform` does it or throws Refused; `takeBack` is true where the path is as it was, false where
 * somebody's later edit was left alone.
 */
export type Way = {
  readonly stage: (work: Work, index: number, change: Change) => string | null;
  readonly perform: (work: Work, index: number, change: Change) => void;
  readonly takeBack: (work: Work, index: number, change: Change) => boolean;
};

export const drift = (path: BytePath): Refused => new Refused({ problem: 'drift', path, left: [] });

/** What the system's answer says of a path, undefined where it says that the world is broken. */
const PROBLEMS: Readonly<Record<string, 'drift' | 'not-permitted' | 'other-mount'>> = {
  EEXIST: 'drift',
  ENOENT: 'drift',
  ENOTDIR: 'drift',
  EISDIR: 'drift',
  ELOOP: 'drift',
  ENOTEMPTY: 'drift',
  EXDEV: 'other-mount',
  EPERM: 'not-permitted',
  EACCES: 'not-permitted',
  EROFS: 'not-permitted',
  EBUSY: 'not-permitted',
  EINVAL: 'not-permitted',
  ENOTSUP: 'not-permitted',
  ENOSYS: 'not-permitted',
};

const problemOf = (error: unknown, path: BytePath): ChangeProblem | undefined => {
  const code = codeOf(error) ?? '';
  const problem = PROBLEMS[code];
  if (problem === 'not-permitted') return { problem, path, code, left: [] };
  if (problem === 'drift') return { problem, path, left: [] };
  return problem && { problem, path };
};

/** Does the work on a path; an answer of the system that is about the path becomes a refusal. */
export const onPath = <T>(path: BytePath, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    const problem = error instanceof Refused ? undefined : problemOf(error, path);
    throw problem ? new Refused(problem) : error;
  }
};
