import { existsSync } from 'node:fs';
import { type Host, undo } from './apply.ts';
import type { BytePath } from './change.ts';
import { bytesOf } from './meta.ts';
import type { Sealed } from './seal.ts';
import { clearStagings } from './slots.ts';
import { takeBack } from './take-back.ts';
import { allRecorded, record, type Transaction } from './transaction.ts';
import { unwatched, type Watch } from './watch.ts';

/** What became of a transaction that a crash cut off, or that had ended before. */
export type Recovered =
  | { readonly id: string; readonly is: 'applied' | 'not-applied' }
  /** Folders of these paths are gone, and what was displaced from there is kept until they are back. */
  | { readonly id: string; readonly is: 'stuck'; readonly left: readonly BytePath[] };

const recoverOne = (
  host: Host,
  transaction: Transaction,
  sealedOf: (digest: string) => Sealed,
  watch: Watch,
): Recovered => {
  const { id, state } = transaction;
  if (state === 'committed') return { id, is: 'applied' };
  if (state === 'undoing') undo(host, id, sealedOf(transaction.digest), watch);
  const kept = transaction.stagings.every((staging) => existsSync(bytesOf(staging)));
  const left =
    state === 'prepared' && kept
      ? takeBack(transaction, sealedOf(transaction.digest).changes, 'always', watch)
      : [];
  if (left.length > 0) return { id, is: 'stuck', left };
  if (state === 'begun' || state === 'prepared') {
    watch('clear');
    clearStagings(transaction);
    record(host.transactions, { ...transaction, state: 'undone' });
  }
  return { id, is: 'not-applied' };
};

/**
 * Brings every transaction that a crash cut off to an end: what was not wholly applied is wholly taken back. Called before
 * anything is applied; killed itself, it goes on the next time. `sealedOf` reads the change set of a digest.
 */
export const recover = (
  host: Host,
  sealedOf: (digest: string) => Sealed,
  watch: Watch = unwatched,
): readonly Recovered[] =>
  allRecorded(host.transactions).map((transaction) => recoverOne(host, transaction, sealedOf, watch));
