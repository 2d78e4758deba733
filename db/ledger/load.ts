import { and, count, eq, gt, inArray, sql } from 'drizzle-orm';
import type { PersonId } from '#policies/ids';
import type { Load } from '#policies/rules/caps';
import { once } from '../once.ts';
import { WAITING } from './change-rows.ts';
import type { Ledger } from './ledger.ts';
import { changes } from './schema/changes.ts';

const waiting = inArray(changes.state, [...WAITING]);
const ofPerson = eq(changes.requester, sql.placeholder('person'));
const since = gt(changes.openedAt, sql.placeholder('since'));

const open = once((orm) => orm.select({ count: count() }).from(changes).where(waiting).prepare());

const openOf = once((orm) =>
  orm.select({ count: count() }).from(changes).where(and(ofPerson, waiting)).prepare(),
);

const asked = once((orm) =>
  orm
    .select({ count: count() })
    .from(changes)
    .where(and(ofPerson, since, sql`${changes.no} <= ${sql.placeholder('upTo')}`))
    .prepare(),
);

type Span = { readonly since: number; readonly upTo?: number };

/** How many changes a person asked for after `since` (ms), up to the change with a number where one is given. */
export const askedBy = (
  { db }: Ledger,
  person: PersonId,
  { since, upTo = Number.MAX_SAFE_INTEGER }: Span,
): number => asked(db).get({ person, since, upTo })?.count ?? 0;

/** How much waits to begin and how much this person asked for within the last minute, from the rows themselves. */
export const loadOf = (ledger: Ledger, person: PersonId): Load => ({
  open_per_person: openOf(ledger.db).get({ person })?.count ?? 0,
  open: open(ledger.db).get()?.count ?? 0,
  per_minute: askedBy(ledger, person, { since: ledger.now() - 60_000 }),
});
