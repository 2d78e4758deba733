import type { BytePath } from './change.ts';
import { Refused } from './change-problem.ts';
import { forgetTransaction, mark, rememberLeft } from './transaction.ts';
import { onPath, type Work } from './way.ts';
import { clearStages, orderOf, syncMounts, wayOf } from './work.ts';

const takenBack = (work: Work, index: number): boolean => {
  const change = work.changes[index];
  if (!change) return true;
  try {
    return onPath(change.path, () => wayOf(work, change).takeBack(work, index, change));
  } catch (error) {
    // Somebody's doing on the way to it or in its place: left alone like any later edit.
    if (error instanceof Refused) return false;
    throw error;
  }
};

/** Forgets a transaction that nothing of is in force, or that is not to be undone any more; a stage without one is removed at the next start. */
export const forget = (work: Work): void => {
  forgetTransaction(work.shop.journal, work.id);
  work.shop.step('forgotten');
  clearStages(work);
};

/**
 * Takes every change back, in the opposite order, and names the paths that were left alone. May be killed anywhere and
 * begun again. Where something was left, what it displaced stays in the stage.
 */
export const takeBack = (work: Work): readonly BytePath[] => {
  const left: BytePath[] = [];
  for (const index of orderOf(work.changes).toReversed()) {
    if (!takenBack(work, index)) left.push(work.changes[index]?.path ?? '');
    work.shop.step('taken back');
  }
  syncMounts(work);
  // Where nothing was left it is forgotten without a mark: a journal whose disk is full takes none.
  if (left.length === 0) forget(work);
  else {
    rememberLeft(work.shop.journal, work.id, left);
    mark(work.shop.journal, work.id, 'undone');
    work.shop.step('undone');
  }
  return left.toSorted();
};
