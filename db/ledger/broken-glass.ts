import { asc, eq, getTableColumns, gt, isNull, lte, sql } from 'drizzle-orm';
import type { Change } from '#policies/change/change';
import { Need } from '#policies/change/vote';
import type { GlassPast } from '#policies/decide/break-glass';
import type { GlassTerms } from '#policies/decide/glass-terms';
import type { PersonId } from '#policies/ids';
import { once } from '../once.ts';
import type { Ledger } from './ledger.ts';
import { brokenGlass, changes } from './schema/changes.ts';

type Break = {
  readonly change: Change;
  readonly by: PersonId;
  readonly reason: string;
  readonly due: number;
  readonly needs: readonly Need[];
};

/** Puts down that the glass was broken for the plan a change stands with; part of the caller's transaction. */
export const markBroken = ({ db, now }: Ledger, { change, needs, ...said }: Break): void => {
  const plan = 'plan' in change.state ? change.state.plan : '';
  const unreviewed = { remindAt: said.due, reviewedBy: null, review: null, reviewedAt: null };
  const row = { ...said, ...unreviewed, change: change.id, plan, at: now(), needs: JSON.stringify(needs) };
  db.orm.insert(brokenGlass).values(row).run();
  db.orm
    .update(changes)
    .set({ breaks: sql`${changes.breaks} + 1` })
    .where(eq(changes.id, change.id))
    .run();
};

const owing = once((orm) =>
  orm
    .select({ ...getTableColumns(brokenGlass), no: changes.no, requester: changes.requester })
    .from(brokenGlass)
    .innerJoin(changes, eq(changes.id, brokenGlass.change))
    .where(isNull(brokenGlass.reviewedAt))
    .orderBy(asc(brokenGlass.due))
    .prepare(),
);

/** Breaks that nobody has reviewed yet, the one that is due first in front, each with its change's number. */
export const reviewsOwed = ({ db }: Ledger) =>
  owing(db)
    .all()
    .map((row) => ({ ...row, needs: Need.array().parse(JSON.parse(row.needs)) }));
export type OwedReview = ReturnType<typeof reviewsOwed>[number];

/** How often the glass was broken in the longest time that its terms look at, and how many reviews are owed. */
export const glassPast = (ledger: Ledger, { most }: GlassTerms): GlassPast => {
  const { db, now } = ledger;
  const since = now() - Math.max(0, ...most.map(({ per }) => per));
  const rows = db.orm.select({ at: brokenGlass.at }).from(brokenGlass).where(gt(brokenGlass.at, since)).all();
  return { broken: rows.map(({ at }) => at), owed: reviewsOwed(ledger).length };
};

/** The review of a break is written. */
export const markReviewed = (
  { db, now }: Ledger,
  { seq }: OwedReview,
  said: { readonly by: PersonId; readonly text: string },
): void => {
  const set = { reviewedBy: said.by, review: said.text, reviewedAt: now() };
  db.orm.update(brokenGlass).set(set).where(eq(brokenGlass.seq, seq)).run();
};

/** People are reminded of it again at `remindAt` (ms). */
export const remindLater = ({ db }: Ledger, { seq }: OwedReview, remindAt: number): void => {
  db.orm.update(brokenGlass).set({ remindAt }).where(eq(brokenGlass.seq, seq)).run();
};

const overdue = once((orm) =>
  orm
    .select({ seq: brokenGlass.seq })
    .from(brokenGlass)
    .where(sql`${isNull(brokenGlass.reviewedAt)} AND ${lte(brokenGlass.remindAt, sql.placeholder('now'))}`)
    .prepare(),
);

/** Reviews that people have to be reminded of now. */
export const overdueReviews = (ledger: Ledger): readonly OwedReview[] => {
  const due = new Set(
    overdue(ledger.db)
      .all({ now: ledger.now() })
      .map(({ seq }) => seq),
  );
  return due.size === 0 ? [] : reviewsOwed(ledger).filter(({ seq }) => due.has(seq));
};
