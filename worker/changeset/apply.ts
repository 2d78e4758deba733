import { openSync } from 'node:fs';
import { no, ok, type Result } from '#policies/result';
import { syncFileSystem } from '../libc/sync.ts';
import { type ApplyProblem, Stopped, stoppingAt } from './apply-problem.ts';
import type { BytePath } from './change.ts';
import { bytesOf } from './meta.ts';
import { move } from './move.ts';
import { obstacle } from './obstacle.ts';
import { orderOf } from './order.ts';
import { holding } from './place.ts';
import type { Sealed } from './seal.ts';
import { clearStagings, stageAll, stagingsFor } from './slots.ts';
import { takeBack } from './take-back.ts';
import { record, recorded, type Transaction } from './transaction.ts';
import { unwatched, type Watch } from './watch.ts';

/** What change sets are applied to: the host's root, and the folder of the records (0700), beside the journal. */
export type Host = { readonly root: string; readonly transactions: string };

const begin = (root: string, id: string, { digest, changes }: Sealed): Transaction => {
  const { stagings, of } = stagingsFor(root, changes, id);
  const slots = of.map((staging) => ({ staging, fresh: null, old: null }));
  return { version: 1, id, digest, root, state: 'begun', stagings: [...stagings], slots };
};

const moveAll = (transaction: Transaction, { changes }: Sealed, watch: Watch): void => {
  for (const place of orderOf(changes)) {
    watch(`move ${place}`);
    const change = changes[place];
    if (change) stoppingAt(change.path, () => move(transaction, place, change));
  }
  for (const staging of transaction.stagings) holding(openSync(bytesOf(staging), 'r'), syncFileSystem);
};

/** What was moved goes back. What cannot, for its folder is gone, is kept for the next recovery. */
const giveUp = (transaction: Transaction, { changes }: Sealed, watch: Watch): void => {
  if (transaction.state !== 'prepared') return;
  const left = takeBack(transaction, changes, 'always', watch);
  if (left.length > 0)
    throw new Error(`transaction ${transaction.id}: not taken back, its folder is gone: ${left.join(', ')}`);
};

/** Stages everything and moves it in; stopped anywhere, nothing is changed when it returns. */
const carryOut = (host: Host, begun: Transaction, sealed: Sealed, watch: Watch): void => {
  let transaction = begun;
  const enter = (next: Transaction): void => {
    watch(`record ${next.state}`);
    record(host.transactions, next);
    transaction = next;
    watch(`recorded ${next.state}`);
  };
  enter(begun);
  try {
    enter({ ...transaction, state: 'prepared', slots: stageAll(sealed, transaction) });
    moveAll(transaction, sealed, watch);
    enter({ ...transaction, state: 'committed' });
  } catch (error) {
    if (error instanceof Stopped) {
      giveUp(transaction, sealed, watch);
      clearStagings(transaction);
      enter({ ...transaction, state: 'undone' });
    }
    throw error;
  }
};

/**
 * Takes the host from exactly what the change set found to exactly what it left: every path by one rename, all or none.
 * Killed anywhere, `recover` makes it none or finds it done. What was displaced is kept for `undo`. The id is used once.
 */
export const apply = (
  host: Host,
  id: string,
  sealed: Sealed,
  watch: Watch = unwatched,
): Result<true, ApplyProblem> => {
  if (recorded(host.transactions, id)) throw new Error(`there was a transaction ${id} before`);
  const problem = obstacle(host.root, sealed.changes);
  if (problem) return no(problem);
  try {
    carryOut(host, begin(host.root, id, sealed), sealed, watch);
    return ok(true);
  } catch (error) {
    if (error instanceof Stopped) return no(error.problem);
    throw error;
  }
};

/** What an undo left alone, because somebody edited it since; empty where all is as it was. */
export type Undone = { readonly left: readonly BytePath[] };

/** Takes an applied change set back by the same renames. Never overwrites a later edit: it says what it left. */
export const undo = (host: Host, id: string, sealed: Sealed, watch: Watch = unwatched): Undone => {
  const transaction = recorded(host.transactions, id);
  if (transaction?.state !== 'committed' && transaction?.state !== 'undoing')
    throw new Error(
      `transaction ${id} is ${transaction?.state ?? 'not on record'}, so nothing of it can be undone`,
    );
  record(host.transactions, { ...transaction, state: 'undoing' });
  const left = takeBack(transaction, sealed.changes, 'unless-edited', watch);
  record(host.transactions, { ...transaction, state: 'undone' });
  watch('undone');
  if (left.length === 0) clearStagings(transaction);
  return { left };
};
