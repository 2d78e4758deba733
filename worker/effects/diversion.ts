import { linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import type { Effect } from '#policies/effect';
import { locate } from '../changeset/locate.ts';
import { problemText } from '../changeset/problem.ts';
import { readFileState, sameState } from '../changeset/read-file.ts';
import { putFile } from '../changeset/replace-file.ts';
import { syncFolder } from '../changeset/sync-folder.ts';
import { divert, readDiversion, undivert } from '../shell/dpkg-divert.ts';
import type { Ended, Found, Kind } from './effect.ts';
import { done, endedBy, failed, lostOnRestart } from './ended.ts';
import type { Host } from './file.ts';

type DiversionEffect = Extract<Effect, { kind: 'diversion' }>;

/** How a diversion is: as it is made, not there at all, half of it (ours alone), or somebody else's doing. */
type Standing = { readonly is: 'there' | 'absent' | 'half' } | { readonly is: 'other'; readonly why: string };

const fullPath = (root: string, path: string): string | null => {
  const place = locate(root, path);
  return place.ok ? place.value.full : null;
};

const isFile = (path: string | null): boolean =>
  path !== null && (lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false);

const isWrapped = ({ root }: Host, { path, wrapper }: DiversionEffect): boolean => {
  const now = readFileState(root, path);
  return now.ok && sameState(now.value, wrapper);
};

const inode = (path: string | null): number | undefined =>
  path === null ? undefined : lstatSync(path, { throwIfNoEntry: false })?.ino;

/** What lies where the program is, and where dpkg was told to put it. */
const lying = (host: Host, effect: DiversionEffect, ours: boolean): Standing => {
  const [full, kept] = [fullPath(host.root, effect.path), fullPath(host.root, effect.to)];
  const wrapped = isWrapped(host, effect);
  if (!isFile(full)) return { is: 'other', why: 'no file there' };
  if (!isFile(kept)) {
    if (wrapped) return { is: 'other', why: `${effect.to} is gone` };
    return { is: ours ? 'half' : 'absent' };
  }
  // Neither the wrapper nor another name of the package's file: somebody else's, which nothing is put in the place of.
  if (!wrapped && inode(full) !== inode(kept))
    return { is: 'other', why: `${effect.to} is there, and no wrapper` };
  return { is: ours && wrapped ? 'there' : 'half' };
};

/** How a diversion stands on a host. */
export const diversionStanding = async (host: Host, effect: DiversionEffect): Promise<Standing> => {
  const now = await readDiversion(host.root, effect.path);
  if (!now.ok) return { is: 'other', why: `dpkg-divert: ${now.error.failure}` };
  if (now.value === null) return lying(host, effect, false);
  const { by, to } = now.value;
  return by === 'LOCAL' && to === effect.to
    ? lying(host, effect, true)
    : { is: 'other', why: `diverted to ${to} by ${by}` };
};

/** Gives a file its first name back, in one step. Two names of one file: to rename one to the other does nothing (rename(2)). */
const moveBack = (kept: string, full: string): void => {
  if (!isFile(kept)) return;
  if (inode(kept) === inode(full)) rmSync(kept);
  else renameSync(kept, full);
};

/** The package's own file back in its place: at no moment there is none. */
const putBack = async ({ root }: Host, { path, to }: DiversionEffect): Promise<Ended> => {
  const [place, kept] = [locate(root, path), fullPath(root, to)];
  if (!place.ok || kept === null) return failed(`${path}: no such folder`);
  moveBack(kept, place.value.full);
  syncFolder(place.value.folder);
  const now = await readDiversion(root, path);
  return now.ok && now.value === null ? done : endedBy('dpkg-divert', await undivert(root, path));
};

/** A second name for the package's file, then dpkg's word that it belongs there, then the wrapper over the first. */
const putThere = async ({ root }: Host, { path, to, wrapper }: DiversionEffect): Promise<Ended> => {
  const [from, kept] = [fullPath(root, path), fullPath(root, to)];
  if (from === null || kept === null) return failed(`${path}: no such folder`);
  linkSync(from, kept);
  const diverted = endedBy('dpkg-divert', await divert(root, path, to));
  if (diverted.did !== 'done') return diverted;
  const put = putFile(root, path, wrapper);
  return put.ok ? done : failed(problemText(put.error));
};

const orPutBack = async (host: Host, effect: DiversionEffect): Promise<Ended> => {
  let ended: Ended;
  try {
    ended = await putThere(host, effect);
  } catch (error) {
    // A full or broken disk: what was begun is taken back.
    ended = failed(error instanceof Error ? error.message : String(error));
  }
  if (ended.did === 'done') return ended;
  const back = await putBack(host, effect);
  return back.did === 'done' ? ended : { did: 'lost', why: 'answer-lost', upid: null };
};

const NOTHING: Found = { did: 'nothing' };

/** A program of a package diverted, and a wrapper in its place; the way back is the package's own file, of whatever version by then. */
export const DIVERSION: Kind<DiversionEffect, { readonly host: Host }> = {
  apply: async ({ host }, effect) => {
    const standing = await diversionStanding(host, effect);
    if (standing.is !== (effect.way === 'there' ? 'absent' : 'there'))
      return failed(
        `${effect.path}: ${standing.is === 'other' ? standing.why : `the diversion is ${standing.is}`}`,
      );
    return effect.way === 'there' ? orPutBack(host, effect) : putBack(host, effect);
  },
  look: async ({ host }, effect) => {
    const { is } = await diversionStanding(host, effect);
    if (is === 'other') return lostOnRestart;
    const half = is === 'half' ? await putBack(host, effect) : done;
    if (half.did !== 'done') return lostOnRestart;
    return (is === 'there') === (effect.way === 'there') ? done : NOTHING;
  },
  invert: (effect) => ({ ...effect, way: effect.way === 'there' ? 'back' : 'there' }),
};
