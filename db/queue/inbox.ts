import { lt, sql } from 'drizzle-orm';
import { once } from '../once.ts';
import { immediate, type OpenDatabase } from '../open.ts';
import type { Envelope } from './queue.ts';
import { inbox } from './schema.ts';

/** Ids are kept until the message is this old by its sender's clock (ms): 30 days, 16 more than an outbox sends it again. */
export const INBOX_KEEP = 30 * 86_400_000;

const insert = once((orm) =>
  orm
    .insert(inbox)
    .values({ id: sql.placeholder('id'), from: sql.placeholder('from'), at: sql.placeholder('at') })
    .onConflictDoNothing()
    .prepare(),
);

/**
 * Takes a message once: its id and everything `apply` writes are one IMMEDIATE transaction. False when it was seen before.
 * What `apply` throws rolls both back, so that the next delivery tries again.
 */
export const acceptOnce = (
  db: OpenDatabase,
  { id, from, at }: Pick<Envelope, 'id' | 'from' | 'at'>,
  apply: () => void,
): boolean =>
  immediate(db, () => {
    const fresh = insert(db).run({ id, from, at }).changes === 1;
    if (fresh) apply();
    return fresh;
  });

/** Forgets ids of messages that no outbox sends any more. Returns how many. */
export const pruneInbox = (db: OpenDatabase, now: number): number =>
  immediate(
    db,
    () =>
      db.orm
        .delete(inbox)
        .where(lt(inbox.at, now - INBOX_KEEP))
        .run().changes,
  );
