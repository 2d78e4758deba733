import { openSync } from 'node:fs';
import { syncFileSystem } from '../libc/sync.ts';
import { codeOf } from './apply-problem.ts';
import type { BytePath, Change, ChangeSet } from './change.ts';
import { bytesOf } from './meta.ts';
import { type Care, moveBack } from './move.ts';
import { orderOf } from './order.ts';
import { holding } from './place.ts';
import type { Transaction } from './transaction.ts';
import type { Watch } from './watch.ts';

/** The folder that the path lies in is not there, or is no folder: then neither is what was made in it. */
const NOT_THERE = ['ENOENT', 'ENOTDIR'];

const takenBack = (transaction: Transaction, change: Change, place: number, care: Care): boolean => {
  try {
    return moveBack(transaction, place, change, care);
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && NOT_THERE.includes(code)) return care === 'always' || change.before === null;
    // Somebody has put something in its place since: that is an edit like any other.
    if (code !== undefined && care === 'unless-edited') return false;
    throw error;
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
    if (change && !takenBack(transaction, change, place, care)) left.push(change.path);
  }
  for (const staging of transaction.stagings) holding(openSync(bytesOf(staging), 'r'), syncFileSystem);
  return left.sort();
};
