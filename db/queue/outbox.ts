import { and, asc, eq, gt, gte, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm';
import type { Json } from '#policies/json';
import { once } from '../once.ts';
import { immediate, type OpenDatabase } from '../open.ts';
import { type Address, type Envelope, isAddress, isEnvelopeId, MAX_ENVELOPE } from './queue.ts';
import { outbox } from './schema.ts';

/**
 * A message as its writer knows it; the sender's address is the relay's business. `at` in ms. One with `until` (ms) is worth
 * nothing from then on, and no copy of it is kept once it is sent.
 */
export type Letter = {
  readonly id: string;
  readonly to: Address;
  readonly at: number;
  readonly body: Json;
  readonly until?: number;
};

/** A message is sent, or sent again, until it is this old (ms): two weeks. Less than {@link INBOX_KEEP}, so a late copy is still known. */
export const RESEND_FOR = 14 * 86_400_000;

/** Sent rows are kept this long (ms) so that {@link resend} can bring them back: one week. */
export const SENT_KEEP = 7 * 86_400_000;

const ENVELOPE_REST = 1024;

const insert = once((orm) =>
  orm
    .insert(outbox)
    .values({
      id: sql.placeholder('id'),
      to: sql.placeholder('to'),
      at: sql.placeholder('at'),
      body: sql.placeholder('body'),
      sentAt: null,
      until: sql.placeholder('until'),
    })
    .prepare(),
);

/**
 * Writes a message into the caller's open transaction, so that it exists exactly when the state that caused it does.
 * Throws a RangeError for what no driver could carry; the transaction then fails as a whole.
 */
export const enqueue = (db: OpenDatabase, { id, to, at, body, until }: Letter): void => {
  const text = JSON.stringify(body);
  if (!isEnvelopeId(id)) throw new RangeError(`not a message id: ${JSON.stringify(id)}`);
  if (!isAddress(to)) throw new RangeError(`not an address: ${JSON.stringify(to)}`);
  if (Buffer.byteLength(text) > MAX_ENVELOPE - ENVELOPE_REST)
    throw new RangeError(`a message of ${Buffer.byteLength(text)} bytes is over ${MAX_ENVELOPE}`);
  insert(db).run({ id, to, at, body: text, until: until ?? null });
};

const waiting = and(isNull(outbox.sentAt), gt(outbox.at, sql.placeholder('since')));

const addresses = once((orm) => orm.selectDistinct({ to: outbox.to }).from(outbox).where(waiting).prepare());

/** Addresses that have messages waiting. */
export const waitingAddresses = (db: OpenDatabase, now: number): readonly Address[] =>
  addresses(db)
    .all({ since: now - RESEND_FOR })
    .map(({ to }) => to);

const next = once((orm) =>
  orm
    .select()
    .from(outbox)
    .where(and(eq(outbox.to, sql.placeholder('to')), waiting))
    .orderBy(asc(outbox.seq))
    .limit(1)
    .prepare(),
);

/** The next message for an address, or undefined. */
export const nextLetter = (
  db: OpenDatabase,
  to: Address,
  now: number,
): Omit<Envelope, 'from'> | undefined => {
  const row = next(db).get({ to, since: now - RESEND_FOR });
  // Asked of what was found and not in the query, which SQLite would compile anew with every run (72 us to 20 us).
  if (row && row.until !== null && row.until <= now) {
    forgetOver(db, now);
    return nextLetter(db, to, now);
  }
  // Written by enqueue from a Json value.
  return row && { id: row.id, to, at: row.at, body: JSON.parse(row.body) as Json };
};

const deletePassing = once((orm) =>
  orm
    .delete(outbox)
    .where(and(eq(outbox.id, sql.placeholder('id')), isNotNull(outbox.until)))
    .prepare(),
);

/** The receiver or the broker has it. What must not be kept goes. */
export const markSent = (db: OpenDatabase, id: string, now: number): void =>
  immediate(db, () => {
    if (deletePassing(db).run({ id }).changes > 0) return;
    db.orm.update(outbox).set({ sentAt: now }).where(eq(outbox.id, id)).run();
  });

/**
 * Sends again what went to an address at or after `since` (ms): for a broker that lost its data, or a receiver that never
 * answered. What had arrived is dropped there by its inbox. Returns how many.
 */
export const resend = (db: OpenDatabase, to: Address, since: number): number =>
  immediate(db, () => {
    const again = and(eq(outbox.to, to), gte(outbox.sentAt, since));
    return db.orm.update(outbox).set({ sentAt: null }).where(again).run().changes;
  });

const deleteOver = once((orm) =>
  orm
    .delete(outbox)
    .where(lte(outbox.until, sql.placeholder('now')))
    .prepare(),
);

/** Forgets what is over by now (ms) and was never sent. Returns how many. */
export const forgetOver = (db: OpenDatabase, now: number): number => deleteOver(db).run({ now }).changes;

/** Forgets rows that were sent more than {@link SENT_KEEP} ago. Waiting rows stay for ever. Returns how many. */
export const pruneOutbox = (db: OpenDatabase, now: number): number =>
  immediate(
    db,
    () =>
      db.orm
        .delete(outbox)
        .where(lt(outbox.sentAt, now - SENT_KEEP))
        .run().changes,
  );
