import { no, ok, type Result } from '#policies/result';
import { codeOf } from '../error-code.ts';
import type { BytePath } from './change.ts';
import { shownPath } from './shown-text.ts';

/** Why a change set cannot be taken, kept, carried out or taken back. `left`: paths that could not be put back as they were. */
export type ChangeProblem =
  | { readonly problem: 'too-many-changes'; readonly limit: number }
  | { readonly problem: 'too-much-content'; readonly limit: number }
  | { readonly problem: 'too-large'; readonly path: BytePath; readonly bytes: number }
  | { readonly problem: 'path-too-long'; readonly path: BytePath }
  | { readonly problem: 'drift'; readonly path: BytePath; readonly left: readonly BytePath[] }
  | {
      readonly problem: 'not-permitted';
      readonly path: BytePath;
      readonly code: string;
      readonly left: readonly BytePath[];
    }
  | { readonly problem: 'hard-linked' | 'immutable' | 'other-mount' | 'own-place'; readonly path: BytePath }
  | { readonly problem: 'no-space'; readonly mount: BytePath }
  | { readonly problem: 'manifest-missing' | 'manifest-altered'; readonly digest: string }
  | {
      readonly problem: 'content-missing' | 'content-altered';
      readonly path: BytePath;
      readonly sha256: string;
    }
  | { readonly problem: 'pmxcfs-cannot'; readonly path: BytePath; readonly what: string }
  | { readonly problem: 'no-transaction'; readonly id: string };

/** Carries a problem out of a walk over many entries; `refusable` makes a value of it again. */
export class Refused extends Error {
  readonly problem: ChangeProblem;

  constructor(problem: ChangeProblem) {
    super(problem.problem);
    this.name = 'Refused';
    this.problem = problem;
  }
}

/** What the work gives, or the problem it was refused with. Any other error goes on. */
export const refusable = <T>(work: () => T): Result<T, ChangeProblem> => {
  try {
    return ok(work());
  } catch (error) {
    if (error instanceof Refused) return no(error.problem);
    throw error;
  }
};

/** The problem as one line for people, the journal and the log; what could not be put back is named. */
export const changeProblemText = ({ problem, ...facts }: ChangeProblem): string => {
  const told = Object.entries(facts).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.length > 0
        ? [`${name} ${value.map(shownPath).join(', ')}`]
        : []
      : [shownPath(String(value))],
  );
  return [problem.replaceAll('-', ' '), ...told].join(' ');
};

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);

/** Does the work; throws Refused where the disk of `mount`, a mount of the host or a folder of ours, takes no more. */
export const withinSpace = <T>(mount: BytePath, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw NO_SPACE.has(codeOf(error) ?? '') ? new Refused({ problem: 'no-space', mount }) : error;
  }
};
