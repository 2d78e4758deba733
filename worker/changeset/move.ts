import { openSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import { type Entry, renameEntry } from '../libc/rename.ts';
import { Stopped } from './apply-problem.ts';
import type { BytePath, Change, Meta } from './change.ts';
import { bytesOf, metaOf, sameMeta } from './meta.ts';
import { isInPlace } from './order.ts';
import { at, holding, inFolder, inodeOf } from './place.ts';
import { slotAt, slotName, slotOf } from './slots.ts';
import { dress } from './stage.ts';
import type { Transaction } from './transaction.ts';

/** A change of a transaction, its entry on the host and its slot, both by open folders. */
type Both = {
  readonly here: Entry;
  readonly through: BytePath;
  readonly slot: Entry;
  readonly slotPath: BytePath;
};

const both = <T>(transaction: Transaction, place: number, path: BytePath, act: (both: Both) => T): T => {
  const slotPath = slotOf(transaction, place);
  return at(transaction.root, path, (here, through) =>
    holding(openSync(bytesOf(dirname(slotPath)), 'r'), (folder) =>
      act({ here, through, slot: { folder, name: slotName(place) }, slotPath }),
    ),
  );
};

const isEmpty = (path: BytePath): boolean => readdirSync(bytesOf(path)).length === 0;

/** Is what lies here this very entry, and nothing in it? What somebody put into a folder would go with it. */
const isWhole = (path: BytePath, meta: Meta): boolean =>
  sameMeta(metaOf(path), meta) && (meta.type !== 'directory' || isEmpty(path));

const set = (root: string, path: BytePath, meta: Meta): void =>
  inFolder(root, path, (through) => dress(through, meta));

/** The one step of the kernel that makes a change, or makes it undone: the same rename both ways. */
const swap = ({ here, slot }: Both, { before, after }: Change, back: boolean): void => {
  if (before !== null && after !== null) renameEntry(slot, here, 'exchange');
  else if ((after === null) === back) renameEntry(slot, here, 'no-replace');
  else renameEntry(here, slot, 'no-replace');
};

/**
 * Makes one change. What was displaced is looked at again: where it was altered in the last moment it is put back, and the
 * change is stopped.
 */
export const move = (transaction: Transaction, place: number, change: Change): void => {
  const { path, before, after } = change;
  if (isInPlace(change) && after !== null) return set(transaction.root, path, after);
  both(transaction, place, path, (entries) => {
    swap(entries, change, false);
    if (before === null || isWhole(entries.slotPath, before)) return;
    swap(entries, change, true);
    throw new Stopped({ problem: 'differs', path });
  });
};

/** Was this change made? By the inodes that were written down before: of a rename there is no half. */
const isMade = ({ through, slotPath }: Both, { fresh, old }: Transaction['slots'][number]): boolean =>
  fresh === null ? inodeOf(slotPath) === old : inodeOf(through) === fresh;

/** Was it made, as far as its slot alone tells? For when its folder cannot be reached. */
export const isMadeBySlot = (transaction: Transaction, place: number): boolean => {
  const { fresh, old } = slotAt(transaction, place);
  const there = inodeOf(slotOf(transaction, place));
  return fresh === null ? there !== null && there === old : there !== fresh;
};

/** How one change is taken back: `always` right after it was made, or only where nobody edited it since. */
export type Care = 'always' | 'unless-edited';

const putBack = (transaction: Transaction, place: number, change: Change, care: Care): boolean =>
  both(transaction, place, change.path, (entries) => {
    const made = isMade(entries, slotAt(transaction, place));
    if (care === 'unless-edited') {
      const now = metaOf(entries.through);
      if (sameMeta(now, change.before)) return true;
      if (!made || (change.after !== null && !isWhole(entries.through, change.after))) return false;
    }
    if (made) swap(entries, change, true);
    return true;
  });

const setBack = ({ root }: Transaction, { path, before, after }: Change, care: Care): boolean => {
  const now = inFolder(root, path, metaOf);
  if (before === null || sameMeta(now, before)) return before !== null;
  if (care === 'unless-edited' && !sameMeta(now, after)) return false;
  set(root, path, before);
  return true;
};

/** Takes one change back where it was made; false where somebody edited it since, and it is left alone. */
export const moveBack = (transaction: Transaction, place: number, change: Change, care: Care): boolean =>
  isInPlace(change) ? setBack(transaction, change, care) : putBack(transaction, place, change, care);
