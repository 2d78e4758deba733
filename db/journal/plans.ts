import { and, eq, like, sql } from 'drizzle-orm';
import { type ChangeId, PlanHash } from '#policies/ids';
import { Plan } from '#policies/plan';
import type { Drift } from '#policies/report';
import { targetKey } from '#policies/target';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { canonical, sha256 } from '../canonical.ts';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import { settle } from './jobs.ts';
import { type Journal, note, tell } from './journal.ts';
import { executions, plans } from './schema.ts';

/** A plan and the hash that people approve. */
export type StoredPlan = { readonly plan: Plan; readonly hash: PlanHash };

/** The hash of a plan: SHA-256 of its canonical JSON. */
export const hashPlan = (plan: Plan): PlanHash => PlanHash.parse(sha256(canonical(plan)));

const rowOf = once((orm) =>
  orm
    .select()
    .from(plans)
    .where(eq(plans.change, sql.placeholder('change')))
    .prepare(),
);

/** The plan of a change as it stands, or undefined: never made, or dropped. The text is hashed again on reading. */
export const planOf = ({ db }: Journal, change: ChangeId): StoredPlan | undefined => {
  const row = rowOf(db).get({ change });
  if (!row || row.dropped) return undefined;
  if (sha256(row.plan) !== row.hash) throw new Error(`the stored plan of ${change} does not have its hash`);
  return { plan: Plan.parse(JSON.parse(row.plan)), hash: PlanHash.parse(row.hash) };
};

/** Digests of the change sets of every plan that stands, ran or can be undone: of all but those that were dropped. */
export const changeSetsKept = ({ db }: Journal): ReadonlySet<string> =>
  new Set(
    db.orm
      .select({ plan: plans.plan })
      .from(plans)
      .where(and(eq(plans.dropped, 0), like(plans.plan, '%"kind":"changeset"%')))
      .all()
      .flatMap(({ plan }) => Plan.parse(JSON.parse(plan)).effects)
      .flatMap((effect) => (effect.kind === 'changeset' ? [effect.digest] : [])),
  );

const began = ({ db }: Journal, change: ChangeId): boolean =>
  db.orm.select().from(executions).where(eq(executions.change, change)).get() !== undefined;

/** Keeps a plan in the place of any earlier one of the change and reports it. A change that began keeps its plan. */
export const storePlan = (journal: Journal, job: string, plan: Plan): void =>
  immediate(journal.db, () => {
    settle(journal, job);
    const { change } = plan;
    if (began(journal, change)) return;
    const text = canonical(plan);
    const hash = hashPlan(plan);
    const row = { change, hash, plan: text, madeAt: plan.madeAt, dropped: 0 };
    journal.db.orm.insert(plans).values(row).onConflictDoUpdate({ target: plans.change, set: row }).run();
    const facts = { action: plan.action, hash, risk: plan.risk };
    note(journal, { kind: 'change.planned', change, target: targetKey(plan.target), facts });
    tell(journal, { report: 'planned', change, plan, hash });
  });

/** The change ended elsewhere: its plan will not be run. */
export const dropPlan = (journal: Journal, job: string, change: ChangeId): void =>
  immediate(journal.db, () => {
    settle(journal, job);
    if (began(journal, change)) return;
    journal.db.orm.update(plans).set({ dropped: 1 }).where(eq(plans.change, change)).run();
  });

/** Says no to a job, before anything was touched. */
export const refuseJob = (
  journal: Journal,
  job: string,
  no: { change: ChangeId; refusal: WorkerRefusal },
): void =>
  immediate(journal.db, () => {
    settle(journal, job);
    note(journal, { kind: 'job.refused', change: no.change, facts: { refusal: no.refusal } });
    tell(journal, { report: 'refused', ...no });
  });

/** The host is not as the plan saw it: the plan is dropped, nothing was touched. */
export const tellStale = (journal: Journal, job: string, { plan, hash }: StoredPlan, drift: Drift[]): void =>
  immediate(journal.db, () => {
    settle(journal, job);
    const { change } = plan;
    journal.db.orm.update(plans).set({ dropped: 1 }).where(eq(plans.change, change)).run();
    note(journal, { kind: 'change.stale', change, target: targetKey(plan.target), facts: { hash, drift } });
    tell(journal, { report: 'stale', change, hash, drift });
  });

/** The change never began here, and from now on it cannot: its plan goes, and the bot may let go of the target. */
export const neverBegan = (journal: Journal, job: string, change: ChangeId): void =>
  immediate(journal.db, () => {
    dropPlan(journal, job, change);
    refuseJob(journal, job, { change, refusal: { no: 'no-such-run', change } });
  });
