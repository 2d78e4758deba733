import { and, eq, lte, sql } from 'drizzle-orm';
import { appendAudit } from '../audit/append.ts';
import type { AuditEvent } from '../audit/event.ts';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { turnedAway } from './schema/people.ts';

/** The audit has at most one record in so long (ms) of what a person tried with one account and was refused for one reason. */
export const TURNED_AWAY_EVERY = 60_000;

/** What a person we know tried, and why it counted as nothing because of how it came: forwarded, edited, in a wrong chat. */
export type TurnedAway = {
  readonly kind: 'command.refused' | 'click.refused';
  readonly actor: { readonly person: string; readonly account: string; readonly chat?: string };
  readonly why: string;
  /** The name of the command; null for a press. */
  readonly command: string | null;
};

type Row = typeof turnedAway.$inferSelect;

const isRow = ({ account, person, kind, why }: Omit<Row, 'since' | 'count'>) =>
  and(
    eq(turnedAway.account, account),
    eq(turnedAway.person, person),
    eq(turnedAway.kind, kind),
    eq(turnedAway.why, why),
  );

// Only `recordTurnedAway` writes rows.
const kindOf = ({ kind }: Row): AuditEvent['kind'] => kind as TurnedAway['kind'];

/** For each whose minute is over: one record of what was counted, or it is forgotten where nothing was. */
export const tellTurnedAway = ({ db, now }: Ledger): void =>
  immediate(db, () => {
    const over = lte(turnedAway.since, now() - TURNED_AWAY_EVERY);
    for (const row of db.orm.select().from(turnedAway).where(over).all()) {
      const { account, person, why, count, since } = row;
      if (count === 0) db.orm.delete(turnedAway).where(isRow(row)).run();
      else {
        db.orm.update(turnedAway).set({ since: now(), count: 0 }).where(isRow(row)).run();
        appendAudit(
          db,
          { kind: kindOf(row), actor: { person, account }, facts: { why, count, since } },
          now(),
        );
      }
    }
  });

/**
 * Records it at once, and counts what follows within the minute, so that nobody can fill the audit. Part of the caller's
 * transaction.
 */
export const recordTurnedAway = (ledger: Ledger, { kind, actor, why, command }: TurnedAway): void => {
  const { db, now } = ledger;
  tellTurnedAway(ledger);
  const { account, person } = actor;
  const row = { account, person, kind, why };
  const known = db.orm.select().from(turnedAway).where(isRow(row)).get();
  if (known) {
    db.orm
      .update(turnedAway)
      .set({ count: sql`${turnedAway.count} + 1` })
      .where(isRow(row))
      .run();
    return;
  }
  db.orm
    .insert(turnedAway)
    .values({ ...row, since: now(), count: 0 })
    .run();
  const facts = command === null ? { why } : { why, command };
  appendAudit(db, { kind, actor, facts }, now());
};
