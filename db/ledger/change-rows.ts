import { and, count, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import { Change } from '#policies/change/change';
import type { StateName } from '#policies/change/state';
import type { ChangeId, PlanHash } from '#policies/ids';
import { AnyPlan } from '#policies/own-plan';
import { Target } from '#policies/target';
import { once } from '../once.ts';
import { readOnce } from '../read-once.ts';
import type { Ledger } from './ledger.ts';
import { brokenGlass, changes, plans } from './schema/changes.ts';

type Row = typeof changes.$inferSelect;

const breaksOf = once((orm) =>
  orm
    .select()
    .from(brokenGlass)
    .where(eq(brokenGlass.change, sql.placeholder('change')))
    .orderBy(brokenGlass.seq)
    .prepare(),
);

/**
 * Each time the glass was broken for a change. A query of its own: as a part of the change's SQLite compiles both anew with
 * every run (213 us to 23 us, idle for 12 ms before).
 */
const glassOf = (db: Ledger['db'], change: string): readonly unknown[] =>
  breaksOf(db)
    .all({ change })
    .map(({ review, reviewedBy: by, reviewedAt: at, ...broken }) => ({
      ...broken,
      review: at === null ? null : { by, text: review, at },
    }));

const readAnew = (row: Row, glass: readonly unknown[]): Change =>
  Change.parse({
    ...row,
    target: JSON.parse(row.target),
    params: JSON.parse(row.params),
    chat: { platform: row.platform, id: row.chat },
    state: JSON.parse(row.stateJson),
    glass,
  });

const readWhole = readOnce((row: Row): Change => readAnew(row, []));

const reader =
  (db: Ledger['db']) =>
  (row: Row): Change =>
    row.breaks === 0 ? readWhole(row) : readAnew(row, glassOf(db, row.id));

const rowById = once((orm) =>
  orm
    .select()
    .from(changes)
    .where(eq(changes.id, sql.placeholder('id')))
    .prepare(),
);

/** The change with this id, or undefined. */
export const changeById = ({ db }: Ledger, id: ChangeId): Change | undefined => {
  const row = rowById(db).get({ id });
  return row && reader(db)(row);
};

/** The change that people call by this number, or undefined. */
export const changeByNo = ({ db }: Ledger, no: number): Change | undefined => {
  const row = db.orm.select().from(changes).where(eq(changes.no, no)).get();
  return row && reader(db)(row);
};

const MOST = sql.placeholder('most');

const latest = once((orm) => orm.select().from(changes).orderBy(desc(changes.no)).limit(MOST).prepare());

const latestOf = once((orm) =>
  orm
    .select()
    .from(changes)
    .where(eq(changes.targetKey, sql.placeholder('targetKey')))
    .orderBy(desc(changes.no))
    .limit(MOST)
    .prepare(),
);

/** The latest changes, newest first; of one target where it is given. */
export const latestChanges = ({ db }: Ledger, most: number, targetKey?: string): readonly Change[] =>
  (targetKey === undefined ? latest(db).all({ most }) : latestOf(db).all({ most, targetKey })).map(
    reader(db),
  );

const inStates = once((orm) =>
  orm
    .select()
    .from(changes)
    .where(sql`${changes.state} IN (SELECT value FROM json_each(${sql.placeholder('states')}))`)
    .orderBy(changes.no)
    .prepare(),
);

/** Every change that stands in one of these states, oldest first. */
export const changesIn = ({ db }: Ledger, states: readonly StateName[]): readonly Change[] =>
  inStates(db)
    .all({ states: JSON.stringify(states) })
    .map(reader(db));

/** Every target that a change was ever asked for, once. */
export const changedTargets = ({ db }: Ledger): readonly Target[] =>
  db.orm
    .select({ target: changes.target })
    .from(changes)
    .groupBy(changes.targetKey)
    .all()
    .map(({ target }) => Target.parse(JSON.parse(target)));

/** States in which a change waits to begin: for its plan, for people, or for its time. */
export const WAITING = ['planning', 'awaiting', 'approved'] as const satisfies readonly StateName[];

/** States in which a change is not at its end. */
export const OPEN: readonly StateName[] = [...WAITING, 'running', 'confirming', 'unknown'];

const open = once((orm) =>
  orm
    .select({ count: count() })
    .from(changes)
    .where(inArray(changes.state, [...OPEN]))
    .prepare(),
);

/** How many changes are not at their end. */
export const countOpen = ({ db }: Ledger): number => open(db).get()?.count ?? 0;

const openOn = once((orm) =>
  orm
    .select()
    .from(changes)
    .where(and(eq(changes.targetKey, sql.placeholder('target')), inArray(changes.state, [...OPEN])))
    .orderBy(changes.no)
    .prepare(),
);

/** The changes of a target that are not at their end, oldest first. */
export const openFor = ({ db }: Ledger, target: string): readonly Change[] =>
  openOn(db).all({ target }).map(reader(db));

const holder = once((orm) =>
  orm
    .select()
    .from(changes)
    .where(
      and(
        eq(changes.targetKey, sql.placeholder('target')),
        inArray(changes.state, ['running', 'confirming', 'unknown']),
        ne(changes.id, sql.placeholder('other')),
      ),
    )
    .prepare(),
);

/** Another change that holds this target: it is being run, or nobody knows how it ended. */
export const holderOf = ({ db }: Ledger, target: string, other: ChangeId | null): Change | undefined => {
  // No change has an empty id.
  const row = holder(db).get({ target, other: other ?? '' });
  return row && reader(db)(row);
};

const rowByHash = once((orm) =>
  orm
    .select()
    .from(plans)
    .where(eq(plans.hash, sql.placeholder('hash')))
    .prepare(),
);

/** So many plans are kept read, each with the text that it was read from. */
const MOST_READ = 200;

const plansRead = once(() => new Map<PlanHash, { readonly text: string; readonly plan: AnyPlan }>());

/** The plan with this hash, as the worker sent it or Quorate itself made it. */
export const planByHash = ({ db }: Ledger, hash: PlanHash): AnyPlan | undefined => {
  const row = rowByHash(db).get({ hash });
  if (!row) return undefined;
  const read = plansRead(db);
  const known = read.get(hash);
  if (known?.text === row.plan) return known.plan;
  const plan = AnyPlan.parse(JSON.parse(row.plan));
  if (read.size >= MOST_READ) read.clear();
  read.set(hash, { text: row.plan, plan });
  return plan;
};

/** Keeps a plan beside its hash. */
export const keepPlan = ({ db }: Ledger, hash: PlanHash, plan: AnyPlan): void => {
  const row = { hash, change: plan.change, plan: JSON.stringify(plan) };
  db.orm.insert(plans).values(row).onConflictDoNothing().run();
};
