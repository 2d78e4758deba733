import { and, asc, eq, lt } from 'drizzle-orm';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { inbound } from './schema.ts';

/** An event from a chat that was stored before the platform was told. */
export type InboundRow = typeof inbound.$inferSelect;

/**
 * Handled events are known for so long (ms): a week. Telegram, the only platform that sends one again, keeps those that it
 * was not told of for 24 hours at most (https://core.telegram.org/bots/api#getting-updates).
 */
export const INBOUND_KEEP = 7 * 86_400_000;

/** Stores an event before it is acknowledged; false when it was here before (redelivered, replayed, pressed twice). */
export const receive = ({ db, now }: Ledger, platform: string, event: string, intent: string): boolean =>
  immediate(
    db,
    () =>
      db.orm
        .insert(inbound)
        .values({ platform, event, intent, receivedAt: now(), handled: 0 })
        .onConflictDoNothing()
        .run().changes === 1,
  );

/** Events that nobody has handled yet, oldest first: what a crash left behind. */
export const unhandled = ({ db }: Ledger): readonly InboundRow[] =>
  db.orm.select().from(inbound).where(eq(inbound.handled, 0)).orderBy(asc(inbound.receivedAt)).all();

/** Marks an event handled; part of the transaction that did what it asked. False when that was done before. */
export const handle = ({ db }: Ledger, platform: string, event: string): boolean =>
  db.orm
    .update(inbound)
    .set({ handled: 1 })
    .where(and(eq(inbound.platform, platform), eq(inbound.event, event), eq(inbound.handled, 0)))
    .run().changes === 1;

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
