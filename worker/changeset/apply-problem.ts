import { LibcError } from '../libc/libc.ts';
import type { BytePath } from './change.ts';

/**
 * Why a change set was not applied, and at which path; nothing is changed then. `differs`: it is not as the change set found
 * it. `hard-linked`: a rename would part the names of the file. `refused-by-host`: the kernel said no, by the name of errno.
 */
export type ApplyProblem =
  | { readonly problem: 'differs' | 'hard-linked'; readonly path: BytePath }
  | { readonly problem: 'refused-by-host'; readonly path: BytePath; readonly code: string };

/** A problem on its way out of the middle of an application. */
export class Stopped extends Error {
  readonly problem: ApplyProblem;
  constructor(problem: ApplyProblem, cause?: unknown) {
    super(`${problem.problem}: ${JSON.stringify(problem.path)}`, { cause });
    this.problem = problem;
  }
}

/** The name of an errno, where a call of the kernel said no. */
export const codeOf = (error: unknown): string | undefined => {
  if (error instanceof LibcError) return error.code;
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
};

/** What was there a moment ago is gone, or something is in its place. */
const DRIFT = ['EEXIST', 'ENOENT', 'ENOTDIR', 'ELOOP'];

/** A refusal of the kernel becomes a problem at this path. Anything else is a broken world and stays what it is. */
export const stoppingAt = <T>(path: BytePath, act: () => T): T => {
  try {
    return act();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || error instanceof Stopped) throw error;
    const problem: ApplyProblem = DRIFT.includes(code)
      ? { problem: 'differs', path }
      : { problem: 'refused-by-host', path, code };
    throw new Stopped(problem, error);
  }
};
