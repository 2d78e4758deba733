import { and, eq, gt, isNull, lte } from 'drizzle-orm';
import type { ChangeId, PersonId } from '#policies/ids';
import type { Failure } from '#policies/outcome';
import type { Seen } from '#policies/probe';
import type { Choice } from '#policies/ticket';
import { immediate } from '../open.ts';
import { type Armed, armedFor } from './armed.ts';
import { type Execution, type ExecutionState, executionOf } from './execution.ts';
import { settle } from './jobs.ts';
import { type Journal, note, tell } from './journal.ts';
import { finish } from './outcome.ts';
import { executions, reverts } from './schema.ts';
import { move } from './steps.ts';

/** All of it was seen to be done: from now on people have the whole time to keep it, and are told until when. */
export const awaitKeep = (journal: Journal, change: ChangeId, seen: readonly Seen[]): void =>
  immediate(journal.db, () => {
    const armed = armedFor(journal, change);
    if (!armed) throw new Error(`nothing was armed for change ${change}`);
    move(journal, change, 'confirming', ['verifying']);
    const until = journal.now() + armed.after;
    journal.db.orm
      .update(reverts)
      .set({ deadline: until, seen: JSON.stringify(seen) })
      .where(eq(reverts.change, change))
      .run();
    const head = note(journal, { kind: 'execution.verified', change, facts: { until } });
    tell(journal, { report: 'verified', change, seen: [...seen], until, head });
  });

type Deciding = { readonly change: ChangeId; readonly choice: Armed['choice']; readonly by: PersonId | null };

/** The one write that a person's word and the deadline race for: the first one is the only one. A person has until the deadline. */
const decide = (journal: Journal, { change, choice, by }: Deciding): boolean => {
  const chosenAt = journal.now();
  const inTime = by === null ? lte(reverts.deadline, chosenAt) : gt(reverts.deadline, chosenAt);
  return (
    journal.db.orm
      .update(reverts)
      .set({ choice, by, chosenAt })
      .where(and(eq(reverts.change, change), isNull(reverts.choice), inTime))
      .run().changes === 1
  );
};

/** From here on steps are only taken back, also after a restart. */
const beginTakingBack = (journal: Journal, { change, target, step }: Execution, failure: Failure): void => {
  const from: readonly ExecutionState[] = ['stepping', 'verifying', 'confirming', 'unknown'];
  move(journal, change, 'reverting', from);
  journal.db.orm
    .update(executions)
    .set({ failure: JSON.stringify(failure) })
    .where(eq(executions.change, change))
    .run();
  note(journal, { kind: 'execution.reverting', change, target, facts: { step, failure } });
};

const waiting = (journal: Journal, change: ChangeId): Execution | undefined => {
  const execution = executionOf(journal, change);
  return execution?.state === 'confirming' ? execution : undefined;
};

/** On record, with whose word it was. */
const tooLate = (journal: Journal, { choice, change, by }: Choice): false => {
  note(journal, {
    kind: 'choice.refused',
    change,
    actor: { person: by },
    facts: { choice, why: 'too late' },
  });
  return false;
};

/** A person keeps it: false where the deadline, or somebody else, was first. */
export const keepDone = (journal: Journal, job: string, choice: Choice): boolean =>
  immediate(journal.db, () => {
    settle(journal, job);
    const { change, by } = choice;
    const execution = waiting(journal, change);
    if (!execution || !decide(journal, choice)) return tooLate(journal, choice);
    const { target, steps } = execution;
    note(journal, { kind: 'execution.kept', change, target, actor: { person: by }, facts: {} });
    const seen = armedFor(journal, change)?.seen ?? [];
    finish(journal, change, {
      end: 'succeeded',
      seen,
      upids: steps.flatMap(({ upid }) => upid ?? []),
      kept: by,
    });
    return true;
  });

/** A person wants it taken back now: false where the deadline, or somebody else, was first. */
export const callBack = (journal: Journal, job: string, choice: Choice): boolean =>
  immediate(journal.db, () => {
    settle(journal, job);
    const { change, by } = choice;
    const execution = waiting(journal, change);
    if (!execution || !decide(journal, choice)) return tooLate(journal, choice);
    beginTakingBack(journal, execution, { failure: 'called-back', by });
    return true;
  });

/** The deadline: false where a person was first, or where it has not come. */
export const expire = (journal: Journal, change: ChangeId): boolean =>
  immediate(journal.db, () => {
    const execution = executionOf(journal, change);
    const until = armedFor(journal, change)?.deadline;
    if (!execution || until === undefined || execution.outcome || execution.failure) return false;
    if (!decide(journal, { change, choice: 'deadline', by: null })) return false;
    beginTakingBack(journal, execution, { failure: 'not-kept', until });
    return true;
  });
