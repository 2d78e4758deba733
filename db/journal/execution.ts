import { and, asc, desc, eq, gte, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { FileState } from '#policies/effect';
import { ChangeId, PlanHash } from '#policies/ids';
import { Failure, Outcome } from '#policies/outcome';
import { once } from '../once.ts';
import type { Journal } from './journal.ts';
import { executions, images, locks, steps } from './schema.ts';

/**
 * `claimed`: nothing was sent yet. `stepping`: a step may have been sent. `reverting`: a step failed, those before it
 * are taken back, or all of them because nobody kept it. `verifying`: all steps are done. `confirming`: it was seen to be
 * done, and waits to be kept. `unknown`: nobody can say, the target stays locked.
 */
export const ExecutionState = z.enum([
  'claimed',
  'stepping',
  'reverting',
  'verifying',
  'confirming',
  'done',
  'unknown',
]);
export type ExecutionState = z.infer<typeof ExecutionState>;

/** States in which the worker itself is at work; found at a start they are what a crash left. */
export const AT_WORK: readonly ExecutionState[] = ['claimed', 'stepping', 'reverting', 'verifying'];

/** One step that began. Times in ms. `undoing`: its inverse may have been sent; `undone`: it was taken back. */
export const Step = z.object({
  step: z.int(),
  state: z.enum(['begun', 'done', 'undoing', 'undone']),
  upid: z.string().nullable(),
  undoUpid: z.string().nullable(),
  begunAt: z.int(),
  undoingAt: z.int().nullable(),
});
export type Step = z.infer<typeof Step>;

/** A change that began on this node. `failed` is what went wrong at step `step`, once steps are being taken back. */
export const Execution = z.object({
  change: ChangeId,
  hash: PlanHash,
  nonce: z.string(),
  target: z.string(),
  state: ExecutionState,
  step: z.int(),
  failure: Failure.nullable(),
  outcome: Outcome.nullable(),
  claimedAt: z.int(),
  steps: z.array(Step),
});
export type Execution = z.infer<typeof Execution>;

const json = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

const read = ({ db }: Journal, row: typeof executions.$inferSelect): Execution =>
  Execution.parse({
    ...row,
    failure: json(row.failure),
    outcome: json(row.outcome),
    steps: db.orm.select().from(steps).where(eq(steps.change, row.change)).orderBy(asc(steps.step)).all(),
  });

const rowOf = once((orm) =>
  orm
    .select()
    .from(executions)
    .where(eq(executions.change, sql.placeholder('change')))
    .prepare(),
);

/** The execution of a change, or undefined where it never began here. */
export const executionOf = (journal: Journal, change: ChangeId): Execution | undefined => {
  const row = rowOf(journal.db).get({ change });
  return row && read(journal, row);
};

/** Executions in these states, oldest first. */
export const executionsIn = (journal: Journal, states: readonly ExecutionState[]): readonly Execution[] =>
  journal.db.orm
    .select()
    .from(executions)
    .where(inArray(executions.state, [...states]))
    .orderBy(asc(executions.claimedAt))
    .all()
    .map((row) => read(journal, row));

/** Executions of a target that ended at `since` (ms) or later, the latest first. */
export const endedSince = (journal: Journal, target: string, since: number): readonly Execution[] =>
  journal.db.orm
    .select()
    .from(executions)
    .where(and(eq(executions.target, target), gte(executions.endedAt, since)))
    .orderBy(desc(executions.claimedAt), desc(sql`rowid`))
    .all()
    .map((row) => read(journal, row));

/** The change that a nonce was used for, or undefined. */
export const changeOfNonce = ({ db }: Journal, nonce: string): ChangeId | undefined => {
  const row = db.orm.select().from(executions).where(eq(executions.nonce, nonce)).get();
  return row && ChangeId.parse(row.change);
};

/** The change that holds a target, or undefined. */
export const holderOf = ({ db }: Journal, target: string): ChangeId | undefined => {
  const row = db.orm.select().from(locks).where(eq(locks.target, target)).get();
  return row && ChangeId.parse(row.change);
};

/** What the file of a step was before it: a state, null = no file, undefined = no image was kept. */
export const imageOf = ({ db }: Journal, change: ChangeId, step: number): FileState | null | undefined => {
  const row = db.orm
    .select()
    .from(images)
    .where(and(eq(images.change, change), eq(images.step, step)))
    .get();
  return row && FileState.nullable().parse(json(row.state));
};
