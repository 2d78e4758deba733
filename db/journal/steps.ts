import { and, eq } from 'drizzle-orm';
import type { ChangeId } from '#policies/ids';
import type { Json } from '#policies/json';
import type { Failure } from '#policies/outcome';
import { immediate } from '../open.ts';
import { type ExecutionState, executionOf } from './execution.ts';
import { type Journal, note, tell } from './journal.ts';
import { executions, steps } from './schema.ts';

/** A step of a change, counted from 0 over the plan's effects. */
export type StepKey = { readonly change: ChangeId; readonly step: number };

const one = (changed: { changes: number }, what: string): void => {
  if (changed.changes !== 1) throw new Error(`the journal has no ${what}`);
};

/** Moves an execution from one of the states it may come from; anything else is a fault of this program. Part of the caller's transaction. */
export const move = (
  journal: Journal,
  change: ChangeId,
  to: ExecutionState,
  from: readonly ExecutionState[],
): void => {
  const now = executionOf(journal, change)?.state;
  if (!now || !from.includes(now))
    throw new Error(`execution ${change} is ${now ?? 'not there'}, not ${from.join(' or ')}`);
  journal.db.orm.update(executions).set({ state: to }).where(eq(executions.change, change)).run();
};

const set = (journal: Journal, { change, step }: StepKey, values: Partial<typeof steps.$inferInsert>): void =>
  one(
    journal.db.orm
      .update(steps)
      .set(values)
      .where(and(eq(steps.change, change), eq(steps.step, step)))
      .run(),
    `step ${step} of ${change}`,
  );

/** On disk before the step's effect is sent: after a crash it may have happened. `facts` say what will be sent. */
export const beginStep = (journal: Journal, key: StepKey, facts: { [name: string]: Json }): void =>
  immediate(journal.db, () => {
    const { change, step } = key;
    move(journal, change, 'stepping', ['claimed', 'stepping']);
    journal.db.orm.update(executions).set({ step }).where(eq(executions.change, change)).run();
    journal.db.orm
      .insert(steps)
      .values({ ...key, state: 'begun', begunAt: journal.now() })
      .run();
    note(journal, { kind: 'step.begun', change, facts: { ...facts, step } });
    tell(journal, { report: 'progress', change, step, upid: null });
  });

/** Proxmox gave the step's task a number; by it the end can be found after a crash. */
export const keepTask = (journal: Journal, key: StepKey, upid: string): void =>
  immediate(journal.db, () => {
    set(journal, key, { upid });
    tell(journal, { report: 'progress', ...key, upid });
  });

/** The step's effect is there. */
export const endStep = (journal: Journal, key: StepKey, upid: string | null): void =>
  immediate(journal.db, () => {
    set(journal, key, { state: 'done', upid, doneAt: journal.now() });
    note(journal, { kind: 'step.done', change: key.change, facts: { step: key.step, upid } });
  });

/** A step failed: from here on steps are only taken back, also after a restart. */
export const failStep = (journal: Journal, { change, step }: StepKey, failure: Failure): void =>
  immediate(journal.db, () => {
    move(journal, change, 'reverting', ['claimed', 'stepping', 'verifying', 'unknown']);
    journal.db.orm
      .update(executions)
      .set({ step, failure: JSON.stringify(failure) })
      .where(eq(executions.change, change))
      .run();
    note(journal, { kind: 'step.failed', change, facts: { step, failure } });
  });

/** On disk before the inverse of a step is sent. */
export const beginUndo = (journal: Journal, key: StepKey): void =>
  immediate(journal.db, () => {
    set(journal, key, { state: 'undoing', undoingAt: journal.now() });
    note(journal, { kind: 'step.begun', change: key.change, facts: { step: key.step, inverse: true } });
  });

/** The number of the task that takes a step back. */
export const keepUndoTask = (journal: Journal, key: StepKey, undoUpid: string): void =>
  immediate(journal.db, () => set(journal, key, { undoUpid }));

/** Its inverse was refused, so the step's effect is there as before. */
export const undoRefused = (journal: Journal, key: StepKey, failure: Failure): void =>
  immediate(journal.db, () => {
    set(journal, key, { state: 'done' });
    note(journal, {
      kind: 'step.failed',
      change: key.change,
      facts: { step: key.step, inverse: true, failure },
    });
  });

/** The step is taken back. */
export const endUndo = (journal: Journal, key: StepKey): void =>
  immediate(journal.db, () => {
    set(journal, key, { state: 'undone' });
    note(journal, { kind: 'step.done', change: key.change, facts: { step: key.step, inverse: true } });
  });

/** All steps are done; what is left is to look. */
export const beginProbes = (journal: Journal, change: ChangeId): void =>
  immediate(journal.db, () => move(journal, change, 'verifying', ['stepping', 'verifying', 'unknown']));
