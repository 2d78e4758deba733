import { and, asc, eq, lt, sql } from 'drizzle-orm';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { inbound } from './schema/chats.ts';

/** An event from a chat that was stored before the platform was told. */
export type InboundRow = typeof inbound.$inferSelect;

/**
 * Handled events are known for so long (ms): a week. Telegram, the only platform that sends one again, keeps those that it
 * was not told of for 24 hours at most (https://core.telegram.org/bots/api#getting-updates).
 */
export const INBOUND_KEEP = 7 * 86_400_000;

const insert = once((orm) =>
  orm
    .insert(inbound)
    .values({
      platform: sql.placeholder('platform'),
      event: sql.placeholder('event'),
      intent: sql.placeholder('intent'),
      receivedAt: sql.placeholder('at'),
      handled: 0,
    })
    .onConflictDoNothing()
    .prepare(),
);

/** Stores an event before it is acknowledged; false when it was here before (redelivered, replayed, pressed twice). */
export const receive = ({ db, now }: Ledger, platform: string, event: string, intent: string): boolean =>
  immediate(db, () => insert(db).run({ platform, event, intent, at: now() }).changes === 1);

const known = once((orm) =>
  orm
    .select({ event: inbound.event })
    .from(inbound)
    .where(
      and(eq(inbound.platform, sql.placeholder('platform')), eq(inbound.event, sql.placeholder('event'))),
    )
    .prepare(),
);

/** Was this event stored before? */
export const isStored = ({ db }: Ledger, platform: string, event: string): boolean =>
  known(db).get({ platform, event }) !== undefined;

/** Events that nobody has handled yet, oldest first: what a crash left behind. */
export const unhandled = ({ db }: Ledger): readonly InboundRow[] =>
  db.orm.select().from(inbound).where(eq(inbound.handled, 0)).orderBy(asc(inbound.receivedAt)).all();

const mark = once((orm) =>
  orm
    .update(inbound)
    .set({ handled: 1 })
    .where(
      and(
        eq(inbound.platform, sql.placeholder('platform')),
        eq(inbound.event, sql.placeholder('event')),
        eq(inbound.handled, 0),
      ),
    )
    .prepare(),
);

/** Marks an event handled; part of the transaction that did what it asked. False when that was done before. */
export const handle = ({ db }: Ledger, platform: string, event: string): boolean =>
  mark(db).run({ platform, event }).changes === 1;

/** Forgets events that were handled and that no platform sends again; what nobody handled yet stays. Returns how many. */
export const pruneInbound = ({ db, now }: Ledger): number =>
  immediate(
    db,
    () =>
      db.orm
        .delete(inbound)
        .where(and(eq(inbound.handled, 1), lt(inbound.receivedAt, now() - INBOUND_KEEP)))
        .run().changes,
  );
