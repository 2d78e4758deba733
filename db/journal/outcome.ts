import { eq } from 'drizzle-orm';
import type { ChangeId } from '#policies/ids';
import type { Lost, Outcome } from '#policies/outcome';
import { auditHead } from '../audit/append.ts';
import { immediate } from '../open.ts';
import { armedFor } from './armed.ts';
import { type Execution, executionOf } from './execution.ts';
import { type Journal, note, tell } from './journal.ts';
import { executions, locks } from './schema.ts';

const unfinished = (journal: Journal, change: ChangeId): Execution => {
  const execution = executionOf(journal, change);
  if (!execution) throw new Error(`change ${change} never began here`);
  if (execution.outcome) throw new Error(`change ${change} has an outcome already`);
  return execution;
};

/** How it ended: outcome, the lock let go, audit and report in one transaction. Said once; a second time throws. */
export const finish = (journal: Journal, change: ChangeId, outcome: Outcome): void =>
  immediate(journal.db, () => {
    const { target } = unfinished(journal, change);
    journal.db.orm
      .update(executions)
      .set({ state: 'done', outcome: JSON.stringify(outcome), endedAt: journal.now() })
      .where(eq(executions.change, change))
      .run();
    journal.db.orm.delete(locks).where(eq(locks.change, change)).run();
    const head = note(journal, { kind: 'execution.done', change, target, facts: { outcome } });
    tell(journal, { report: 'finished', change, outcome, head });
  });

/** Nobody can say how it ended: the target stays locked, people are told. Said once as long as it lasts. */
export const lose = (journal: Journal, change: ChangeId, why: Lost): void =>
  immediate(journal.db, () => {
    const { target, state } = unfinished(journal, change);
    if (state === 'unknown') return;
    journal.db.orm.update(executions).set({ state: 'unknown' }).where(eq(executions.change, change)).run();
    const head = note(journal, { kind: 'execution.unknown', change, target, facts: { why } });
    tell(journal, { report: 'lost', change, why, head });
  });

const tellWaiting = (journal: Journal, change: ChangeId, head: ReturnType<typeof auditHead>): void => {
  const armed = armedFor(journal, change);
  if (!armed) throw new Error(`nothing was armed for change ${change}`);
  tell(journal, { report: 'verified', change, seen: armed.seen ?? [], until: armed.deadline, head });
};

/**
 * Tells once more how it stands with a change that ended, waits to be kept or got lost: for a bot whose memory is older than this one, or that
 * never heard of it.
 */
export const tellAgain = (journal: Journal, change: ChangeId): void =>
  immediate(journal.db, () => {
    const execution = executionOf(journal, change);
    const head = auditHead(journal.db);
    if (execution?.outcome) tell(journal, { report: 'finished', change, outcome: execution.outcome, head });
    else if (execution?.state === 'confirming') tellWaiting(journal, change, head);
    else if (execution?.state === 'unknown')
      tell(journal, { report: 'lost', change, why: 'answer-lost', head });
  });
