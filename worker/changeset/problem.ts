import type { FileState } from '#policies/effect';

/** Why a file cannot be read or written as a change needs it; `path` as the plan names it. Nothing was altered. */
export type FileProblem =
  | { readonly problem: 'outside-root'; readonly path: string }
  | { readonly problem: 'no-folder'; readonly path: string }
  | { readonly problem: 'not-a-regular-file'; readonly path: string }
  | { readonly problem: 'hard-linked'; readonly path: string }
  | { readonly problem: 'too-large'; readonly path: string; readonly bytes: number }
  | { readonly problem: 'not-text'; readonly path: string }
  | { readonly problem: 'differs'; readonly path: string; readonly now: FileState | null };

/** The problem as one line for the journal and the log. */
export const problemText = (problem: FileProblem): string =>
  `${problem.path}: ${problem.problem.replaceAll('-', ' ')}`;
