import { and, asc, eq, lt, lte, min, type SQL, sql } from 'drizzle-orm';
import { FINAL } from '#policies/change/machine';
import { once } from '../once.ts';
import type { Copy, Place } from './copies.ts';
import type { Ledger } from './ledger.ts';
import { changes } from './schema/changes.ts';
import { copies } from './schema/chats.ts';

/** Copies in one chat that are behind: from when on one may be sent (ms), of those that people wait for or of the others. */
export type Behind = { readonly chat: string; readonly urgent: boolean; readonly retryAt: number };

const over = sql.join(
  FINAL.map((state) => sql`${state}`),
  sql`, `,
);

/**
 * What comes first: 2, a card whose change is over, since its buttons are dead; 1, one to decide on; 0, steps on the way. People
 * wait for all but the last.
 */
const urgency: SQL<number> = sql<number>`CASE WHEN ${changes.state} IN ('planning', 'running') THEN 0
  WHEN ${copies.message} IS NOT NULL AND ${changes.state} IN (${over}) THEN 2 ELSE 1 END`;

const isBehind = and(
  eq(copies.platform, sql.placeholder('platform')),
  eq(copies.gone, 0),
  lt(copies.shown, copies.wanted),
);

const groups = once((orm) =>
  orm
    .select({ chat: copies.chat, urgent: urgency, retryAt: min(copies.retryAt) })
    .from(copies)
    .innerJoin(changes, eq(changes.id, copies.change))
    .where(isBehind)
    .groupBy(copies.chat, urgency)
    .prepare(),
);

/** Where cards on one platform show less than they should. */
export const chatsBehind = ({ db }: Ledger, platform: string): readonly Behind[] =>
  groups(db)
    .all({ platform })
    .map(({ chat, urgent, retryAt }) => ({ chat, urgent: urgent > 0, retryAt: retryAt ?? 0 }));

const next = once((orm) =>
  orm
    .select({ copy: copies })
    .from(copies)
    .innerJoin(changes, eq(changes.id, copies.change))
    .where(
      and(
        isBehind,
        eq(copies.chat, sql.placeholder('chat')),
        lte(copies.retryAt, sql.placeholder('now')),
        sql`${urgency} >= ${sql.placeholder('least')}`,
      ),
    )
    .orderBy(sql`${urgency} DESC`, asc(copies.retryAt), asc(copies.change))
    .limit(1)
    .prepare(),
);

/** The copy in a chat that is due first: dead buttons, then what people wait for, then steps on the way; or none of these last. */
export const nextBehind = (
  { db, now }: Ledger,
  { platform, chat }: Place,
  which: 'all' | 'urgent',
): Copy | undefined => next(db).get({ platform, chat, now: now(), least: which === 'urgent' ? 1 : 0 })?.copy;

/** The platform answers again: what failed there waits no longer. */
export const retryNow = ({ db, now }: Ledger, platform: string): void => {
  db.orm
    .update(copies)
    .set({ retryAt: now() })
    .where(and(eq(copies.platform, platform), lt(copies.shown, copies.wanted), sql`${copies.tries} > 0`))
    .run();
};

/**
 * Whatever became of cards while nobody looked (deleted, edited and the answer lost, a copy of the ledger put back): every
 * card of what is still open is drawn again.
 */
export const redrawOpen = ({ db }: Ledger): void => {
  db.orm
    .update(copies)
    .set({ shown: sql`${copies.wanted} - 1` })
    .where(
      and(
        eq(copies.gone, 0),
        eq(copies.shown, copies.wanted),
        sql`${copies.change} IN (SELECT ${changes.id} FROM ${changes} WHERE ${changes.state} NOT IN (${over}))`,
      ),
    )
    .run();
};
