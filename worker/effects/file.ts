import type { Effect } from '#policies/effect';
import type { Result } from '#policies/result';
import { type FileProblem, problemText } from '../changeset/problem.ts';
import { readFileState, sameState } from '../changeset/read-file.ts';
import { clearDraft, replaceFile } from '../changeset/replace-file.ts';
import { outsideText } from '../outside-text.ts';
import type { Ended, Kind } from './effect.ts';

type FileEffect = Extract<Effect, { kind: 'file' }>;

/** Where absolute paths of plans begin on this machine. */
export type Host = { readonly root: string };

const failed = (message: string): Ended => ({
  did: 'failed',
  failure: { failure: 'host', message: outsideText(message, 1000) },
  upid: null,
});

const endedAs = (result: Result<true, FileProblem>): Ended =>
  result.ok ? { did: 'done', upid: null } : failed(problemText(result.error));

/** A file taken from one exact state to another. */
export const FILE: Kind<FileEffect, { readonly host: Host }> = {
  apply: async ({ host }, { path, before, after }) => {
    try {
      return endedAs(replaceFile(host.root, path, { from: before, to: after }));
    } catch (error) {
      // A full or broken disk. Where the file is as it was, this is a failure like any other.
      const now = readFileState(host.root, path);
      if (!now.ok || !sameState(now.value, before)) return { did: 'lost', why: 'answer-lost', upid: null };
      return failed(error instanceof Error ? error.message : String(error));
    }
  },
  look: async ({ host }, { path, before, after }) => {
    clearDraft(host.root, path);
    const now = readFileState(host.root, path);
    if (now.ok && sameState(now.value, after)) return { did: 'done', upid: null };
    if (now.ok && sameState(now.value, before)) return { did: 'nothing' };
    return { did: 'lost', why: 'worker-restarted', upid: null };
  },
  invert: ({ path, before, after }) => ({ kind: 'file', path, before: after, after: before }),
};
