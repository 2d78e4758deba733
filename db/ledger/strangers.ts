import { eq, lte, sql } from 'drizzle-orm';
import { appendAudit } from '../audit/append.ts';
import type { AuditEvent } from '../audit/event.ts';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { strangers } from './schema/people.ts';

/** The audit has at most one record of an account that nobody is linked to in so long (ms). */
export const STRANGER_EVERY = 3_600_000;

/** Counts one more thing that an account nobody is linked to was refused; the next record of it says how many. */
export const countStranger = ({ db, now }: Ledger, account: string): void => {
  const row = { account, since: now(), count: 1 };
  const set = { count: sql`${strangers.count} + 1` };
  db.orm.insert(strangers).values(row).onConflictDoUpdate({ target: strangers.account, set }).run();
};

/** For each account whose hour is over: one record of what was counted, or the account is forgotten where nothing was. */
export const tellStrangers = ({ db, now }: Ledger): void =>
  immediate(db, () => {
    const over = lte(strangers.since, now() - STRANGER_EVERY);
    for (const { account, since, count } of db.orm.select().from(strangers).where(over).all()) {
      const it = eq(strangers.account, account);
      if (count === 0) db.orm.delete(strangers).where(it).run();
      else {
        db.orm.update(strangers).set({ since: now(), count: 0 }).where(it).run();
        appendAudit(db, { kind: 'stranger.counted', actor: { account }, facts: { count, since } }, now());
      }
    }
  });

/**
 * Records that an account nobody is linked to was refused: at once, and what follows within the hour is counted, so that
 * whoever finds the bot cannot fill its disk. Part of the caller's transaction.
 */
export const recordStranger = (ledger: Ledger, account: string, event: AuditEvent): void => {
  const { db, now } = ledger;
  tellStrangers(ledger);
  const known = db.orm.select().from(strangers).where(eq(strangers.account, account)).get();
  if (known) return countStranger(ledger, account);
  db.orm.insert(strangers).values({ account, since: now(), count: 0 }).run();
  appendAudit(db, event, now());
};
