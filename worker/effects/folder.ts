import { chmodSync, chownSync, mkdirSync, rmdirSync } from 'node:fs';
import type { Effect } from '#policies/effect';
import { locate } from '../changeset/locate.ts';
import { problemText } from '../changeset/problem.ts';
import { readFolder, sameFolder } from '../changeset/read-folder.ts';
import type { Ended, Kind } from './effect.ts';
import { done, failed, foundAs } from './ended.ts';
import type { Host } from './file.ts';

type FolderEffect = Extract<Effect, { kind: 'folder' }>;

const write = ({ root }: Host, { path, before, after }: FolderEffect): Ended => {
  const place = locate(root, path);
  if (!place.ok) return failed(problemText(place.error));
  if (!sameFolder(readFolder(root, path), before)) return failed(`${path}: differs`);
  const { full } = place.value;
  if (before === null) mkdirSync(full, { mode: 0o700 });
  if (after === null) rmdirSync(full);
  else {
    chownSync(full, after.uid, after.gid);
    chmodSync(full, after.mode);
  }
  return done;
};

/** A folder that is made, or taken away while it is empty: what somebody put there since stays, and so does the folder. */
export const FOLDER: Kind<FolderEffect, { readonly host: Host }> = {
  apply: async ({ host }, effect) => {
    try {
      return write(host, effect);
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  },
  look: async ({ host }, { path, before, after }) => {
    const now = readFolder(host.root, path);
    return foundAs(sameFolder(now, after), sameFolder(now, before));
  },
  invert: ({ path, before, after }) => ({ kind: 'folder', path, before: after, after: before }),
};
