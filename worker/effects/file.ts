import type { FileEffect as AnyFileEffect, Effect } from '#policies/effect';
import { problemText } from '../changeset/problem.ts';
import { readFileState, sameState } from '../changeset/read-file.ts';
import { clearDraft, replaceFile } from '../changeset/replace-file.ts';
import type { Ended, Found, Kind } from './effect.ts';
import { done, failed, foundAs, lostOnRestart } from './ended.ts';

type FileEffect = Extract<Effect, { kind: 'file' }>;
type States = Pick<AnyFileEffect, 'path' | 'before' | 'after'>;

/** Where absolute paths of plans begin on this machine. */
export type Host = { readonly root: string };

/** Takes a file from one exact state to another. */
export const writeStates = ({ root }: Host, { path, before, after }: States): Ended => {
  try {
    const result = replaceFile(root, path, { from: before, to: after });
    return result.ok ? done : failed(problemText(result.error));
  } catch (error) {
    // A full or broken disk. Where the file is as it was, this is a failure like any other.
    const now = readFileState(root, path);
    if (!now.ok || !sameState(now.value, before)) return { did: 'lost', why: 'answer-lost', upid: null };
    return failed(error instanceof Error ? error.message : String(error));
  }
};

/** In which of its states a file is. */
export const findStates = ({ root }: Host, { path, before, after }: States): Found => {
  clearDraft(root, path);
  const now = readFileState(root, path);
  return now.ok ? foundAs(sameState(now.value, after), sameState(now.value, before)) : lostOnRestart;
};

/** A file taken from one exact state to another. */
export const FILE: Kind<FileEffect, { readonly host: Host }> = {
  apply: async ({ host }, effect) => writeStates(host, effect),
  look: async ({ host }, effect) => findStates(host, effect),
  invert: ({ path, before, after }) => ({ kind: 'file', path, before: after, after: before }),
};
