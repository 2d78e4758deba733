import { no, ok, type Result } from '#policies/result';
import type { BytePath } from './change.ts';
import { type ChangeProblem, Refused, refusable, withinSpace } from './change-problem.ts';
import { openTree } from './host-tree.ts';
import { missingMount } from './missing-mount.ts';
import { removeStrayStages } from './stage.ts';
import { forget, takeBack } from './take-back.ts';
import { forgetTransaction, leftBy, mark, readTransaction, stateOf, transactionsIn } from './transaction.ts';
import type { Workshop } from './way.ts';
import { atWork } from './work.ts';

/** Paths that were not put back, since somebody changed them after the change set did. */
export type TakenBack = { readonly left: readonly BytePath[] };

/** The mount that is missing, or what came of taking it back. */
const back = (shop: Workshop, id: string, begin: () => void): BytePath | TakenBack => {
  const transaction = readTransaction(shop.journal, id);
  const host = { root: shop.host.root, mounts: transaction.mounts };
  return atWork({ ...shop, host }, transaction, (work) => {
    const missing = missingMount(work.tree, work.changes);
    if (missing !== undefined) return missing;
    begin();
    return { left: takeBack(work) };
  });
};

/** Takes a committed transaction back. A later edit is never overwritten: its path is named and stays as it is. */
export const undo = (shop: Workshop, id: string): Result<TakenBack, ChangeProblem> => {
  if (stateOf(shop.journal, id) !== 'committed') return no({ problem: 'no-transaction', id });
  return refusable(() => {
    const taken = back(shop, id, () => {
      withinSpace(shop.journal, () => mark(shop.journal, id, 'undoing'));
      shop.step('undoing');
    });
    if (typeof taken === 'string') throw new Refused({ problem: 'other-mount', path: taken });
    return taken;
  });
};

/** Gives up the way back of a committed transaction: what it displaced is removed. */
export const settle = (shop: Workshop, id: string): Result<true, ChangeProblem> => {
  if (stateOf(shop.journal, id) !== 'committed') return no({ problem: 'no-transaction', id });
  const transaction = readTransaction(shop.journal, id);
  const host = { root: shop.host.root, mounts: transaction.mounts };
  atWork({ ...shop, host }, transaction, forget);
  return ok(true);
};

/** A transaction that a killed run left half done and that is now taken back; where a mount is missing, `left` names it and nothing was done yet. */
export type Recovered = TakenBack & { readonly id: string };

const recoverOne = (shop: Workshop, id: string): readonly Recovered[] => {
  const state = stateOf(shop.journal, id);
  if (state === 'prepared' || state === 'undoing') {
    const taken = back(shop, id, () => undefined);
    // What lies on a mount that is not there yet waits for a start at which it is.
    return typeof taken === 'string' ? [{ id, left: [taken] }] : [{ id, ...taken }];
  }
  if (state === 'staging') forgetTransaction(shop.journal, id);
  if (state === 'undone' && leftBy(shop.journal, id).length === 0) forgetTransaction(shop.journal, id);
  return [];
};

/**
 * To be called before anything else at every start: what was killed before it was committed is taken back, an undo is
 * brought to its end, and what was staged for nothing is removed. Committed transactions stay as they are.
 */
export const recover = (shop: Workshop): readonly Recovered[] => {
  const recovered = transactionsIn(shop.journal).flatMap((id) => recoverOne(shop, id));
  const known = new Set(transactionsIn(shop.journal));
  const tree = openTree(shop.host);
  try {
    for (const { path, profile } of shop.host.mounts)
      if (profile === 'posix') removeStrayStages(tree, path, known);
  } finally {
    tree.close();
  }
  return recovered;
};
