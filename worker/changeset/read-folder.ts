import { lstatSync } from 'node:fs';
import type { Effect } from '#policies/effect';
import { locate } from './locate.ts';

type FolderState = Extract<Effect, { kind: 'folder' }>['before'];

/** A folder's mode and owner; null where there is none, undefined where something else is in its place or it is out of reach. */
export const readFolder = (root: string, path: string): FolderState | undefined => {
  const place = locate(root, path);
  if (!place.ok) return place.error.problem === 'no-folder' ? null : undefined;
  const stats = lstatSync(place.value.full, { throwIfNoEntry: false });
  if (!stats) return null;
  return stats.isDirectory() ? { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid } : undefined;
};

/** Are two folders the same in mode and owner? */
export const sameFolder = (a: FolderState | undefined, b: FolderState | undefined): boolean =>
  a && b ? a.mode === b.mode && a.uid === b.uid && a.gid === b.gid : a === b && a !== undefined;
