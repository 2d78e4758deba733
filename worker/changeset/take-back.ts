import { openSync } from 'node:fs';
import { syncFileSystem } from '../libc/sync.ts';
import { codeOf } from './apply-problem.ts';
import type { BytePath, Change, ChangeSet } from './change.ts';
import { bytesOf } from './meta.ts';
import { type Care, isMadeBySlot, moveBack } from './move.ts';
import { isInPlace, orderOf } from './order.ts';
import { holding } from './place.ts';
import type { Transaction } from './transaction.ts';
import type { Watch } from './watch.ts';

/** The folder that the path lies in is not there, or is no folder: then neither is what was made in it. */
const NOT_THERE = ['ENOENT', 'ENOTDIR', 'ELOOP'];

/** How often a folder is looked for that somebody keeps moving about, before it is left for the next recovery. */
const PATIENCE = 1000;

type Back = { readonly transaction: Transaction; readonly change: Change; readonly place: number };

const takenBack = ({ transaction, change, place }: Back, care: Care, patience = PATIENCE): boolean => {
  try {
    return moveBack(transaction, place, change, care);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    // Somebody has put something in its place since: that is an edit like any other.
    if (care === 'unless-edited') return NOT_THERE.includes(code) && change.before === null;
    if (!NOT_THERE.includes(code)) throw error;
    if (isInPlace(change) || !isMadeBySlot(transaction, place)) return true;
    return patience > 0 && takenBack({ transaction, change, place }, care, patience - 1);
  }
};

/**
 * Makes all changes of a transaction undone that were made, the last one first. Begun again after a crash it goes on. Gives
 * the paths that were left alone because somebody edited them since.
 */
export const takeBack = (
  transaction: Transaction,
  changes: ChangeSet,
  care: Care,
  watch: Watch,
): readonly BytePath[] => {
  const left: BytePath[] = [];
  for (const place of orderOf(changes).toReversed()) {
    watch(`take back ${place}`);
    const change = changes[place];
    if (change && !takenBack({ transaction, change, place }, care)) left.push(change.path);
  }
  for (const staging of transaction.stagings) holding(openSync(bytesOf(staging), 'r'), syncFileSystem);
  return left.sort();
};
