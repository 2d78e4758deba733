import { linkSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { type Entry, pathOf, renameEntry } from '../libc/directory-calls.ts';
import { makeNode } from '../libc/file-calls.ts';
import type { Change, Meta } from './change.ts';
import { Refused } from './change-problem.ts';
import { isEmpty, look, lookAt, mountOf } from './host-tree.ts';
import { sameMeta } from './read-meta.ts';
import { copyContent } from './seal.ts';
import { setAttributes } from './set-attributes.ts';
import { drift, type Way, type Work } from './way.ts';

/** Each change has one place in the stage: first for what is to come, then for what was displaced. */
const slotOf = (work: Work, index: number, { path }: Change): Entry => ({
  fd: work.stageOf(mountOf(work.tree.host, path).path),
  name: String(index),
});

const inodeAt = (entry: Entry): string | null =>
  lstatSync(pathOf(entry), { bigint: true, throwIfNoEntry: false })?.ino.toString() ?? null;

/** Directories stay where they are, since others work in them. */
const inPlace = ({ before, after }: Change): boolean =>
  before?.type === 'directory' && after?.type === 'directory';

const make = (work: Work, at: Buffer, { path, link }: Change, after: Meta): void => {
  if (link !== undefined) {
    const first = work.indexOf(link);
    const target = first === undefined ? undefined : work.changes[first];
    if (first === undefined || !target) throw drift(path);
    linkSync(pathOf(slotOf(work, first, target)), at);
  } else if (after.type === 'file') copyContent(work.shop.store, at, after.sha256, path);
  else if (after.type === 'directory') mkdirSync(at, { mode: 0o700 });
  else if (after.type === 'symlink') symlinkSync(Buffer.from(after.target, 'latin1'), at);
  else makeNode(at, after.type, 'rdev' in after ? after.rdev : 0);
  setAttributes(at, after);
};

const stage: Way['stage'] = (work, index, change) => {
  const { path, after } = change;
  if (after === null || inPlace(change)) return null;
  const slot = slotOf(work, index, change);
  make(work, pathOf(slot), change, after);
  // The bytes that will be moved in are looked at, not those that they were copied from.
  if (!sameMeta(lookAt(slot, path), after))
    throw new Refused({
      problem: 'content-altered',
      path,
      sha256: after.type === 'file' ? after.sha256 : '',
    });
  return inodeAt(slot);
};

/** True where what now waits in the slot is exactly `meta`, with nothing in it. */
const holds = (slot: Entry, { path }: Change, meta: Meta | null): boolean => {
  const found = lookAt(slot, path);
  return found !== null && sameMeta(found, meta) && isEmpty(slot, found);
};

const moveOut = (work: Work, index: number, change: Change): void => {
  const [at, slot] = [work.tree.at(change.path), slotOf(work, index, change)];
  renameEntry(at, slot, 'noReplace');
  work.shop.step('displaced');
  if (holds(slot, change, change.before)) return;
  renameEntry(slot, at, 'noReplace');
  throw drift(change.path);
};

const exchange = (work: Work, index: number, change: Change): void => {
  const [at, slot] = [work.tree.at(change.path), slotOf(work, index, change)];
  renameEntry(slot, at, 'exchange');
  work.shop.step('displaced');
  if (holds(slot, change, change.before)) return;
  renameEntry(slot, at, 'exchange');
  throw drift(change.path);
};

const perform: Way['perform'] = (work, index, change) => {
  const { path, before, after } = change;
  if (after === null) moveOut(work, index, change);
  else if (before === null) renameEntry(slotOf(work, index, change), work.tree.at(path), 'noReplace');
  else if (!inPlace(change)) exchange(work, index, change);
  else if (sameMeta(look(work.tree, path), before)) setAttributes(pathOf(work.tree.at(path)), after);
  else throw drift(path);
};

const fresh = (work: Work, { path, after }: Change): boolean => {
  const now = look(work.tree, path);
  return now !== null && sameMeta(now, after) && isEmpty(work.tree.at(path), now);
};

const takeOut = (work: Work, index: number, change: Change): boolean => {
  const slot = slotOf(work, index, change);
  if (inodeAt(slot) === null) {
    if (look(work.tree, change.path) === null) return true;
    if (!fresh(work, change)) return false;
    renameEntry(work.tree.at(change.path), slot, 'noReplace');
    work.shop.step('taken out');
  }
  // Here too when a run was killed between moving a later edit out and putting it back.
  if (holds(slot, change, change.after)) return true;
  renameEntry(slot, work.tree.at(change.path), 'noReplace');
  return false;
};

const exchangeBack = (work: Work, index: number, change: Change): boolean => {
  const slot = slotOf(work, index, change);
  if (inodeAt(slot) !== work.inodeOf(index)) {
    if (!fresh(work, change)) return false;
    renameEntry(slot, work.tree.at(change.path), 'exchange');
    work.shop.step('exchanged back');
  }
  if (holds(slot, change, change.after)) return true;
  renameEntry(slot, work.tree.at(change.path), 'exchange');
  return false;
};

const moveIn = (work: Work, index: number, change: Change): boolean => {
  const slot = slotOf(work, index, change);
  if (inodeAt(slot) === null) return true;
  if (look(work.tree, change.path) !== null) return false;
  renameEntry(slot, work.tree.at(change.path), 'noReplace');
  return true;
};

/** Each bit from one side or the other, each attribute too: what a killed run of `setAttributes` leaves. */
const between = (now: Meta, before: Meta, after: Meta): boolean => {
  if (now.type !== 'directory' || before.type !== 'directory' || after.type !== 'directory') return false;
  const owners =
    [before, after].some(({ uid }) => uid === now.uid) && [before, after].some(({ gid }) => gid === now.gid);
  const mode = ((now.mode ^ before.mode) & (now.mode ^ after.mode)) === 0;
  const names = new Set([now, before, after].flatMap(({ xattrs }) => Object.keys(xattrs)));
  return (
    owners &&
    mode &&
    [...names].every((name) => [before.xattrs[name], after.xattrs[name]].includes(now.xattrs[name]))
  );
};

const restore = (work: Work, { path, before, after }: Change): boolean => {
  const now = look(work.tree, path);
  if (!now || !before || !after || !between(now, before, after)) return false;
  if (!sameMeta(now, before)) setAttributes(pathOf(work.tree.at(path)), before);
  return true;
};

const takeBack: Way['takeBack'] = (work, index, change) => {
  if (change.after === null) return moveIn(work, index, change);
  if (change.before === null) return takeOut(work, index, change);
  return inPlace(change) ? restore(work, change) : exchangeBack(work, index, change);
};

/** One renameat2(2) per path: each is old or new at every instant, and what it displaced is the way back. */
export const POSIX: Way = { stage, perform, takeBack };
