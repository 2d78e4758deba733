import { type Execution, executionOf, type Step } from '#db/journal/execution';
import { note } from '#db/journal/journal';
import { lose } from '#db/journal/outcome';
import { beginUndo, endUndo } from '#db/journal/steps';
import { immediate } from '#db/open';
import type { ChangeId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import type { Found } from '../effects/effect.ts';
import { applyEffect, invertEffect, lookAt } from '../effects/table.ts';
import type { Worker } from './worker.ts';

/** What was taken back while the journal could not be written, and how that stopped, if it did; kept in memory alone. `at` in ms. */
export type Unrecorded = {
  readonly at: number;
  readonly undone: readonly number[];
  readonly stopped: 'failed' | 'lost' | null;
};

const takeBackStep = async (
  { around }: Worker,
  plan: Plan,
  { step, state, undoUpid, undoingAt }: Step,
): Promise<Found['did']> => {
  const effect = plan.effects[step];
  const inverse = effect && invertEffect(effect);
  if (!inverse) return 'failed';
  if (state === 'undoing') {
    const found = await lookAt(around, inverse, { upid: undoUpid, since: undoingAt ?? 0 });
    if (found.did !== 'nothing') return found.did;
  }
  return (await applyEffect(around, inverse, () => undefined)).did;
};

const openSteps = ({ steps }: Execution, undone: readonly number[]): readonly Step[] =>
  steps
    .filter(({ step, state }) => (state === 'done' || state === 'undoing') && !undone.includes(step))
    .reverse();

/**
 * Takes back what was not kept although the journal cannot be written: a full disk must not keep it. Each inverse is sent
 * once, by what the journal still says; where one fails, or its answer is lost, the rest waits for the journal.
 */
export const takeBackUnrecorded = async (
  worker: Worker,
  plan: Plan,
  { at, undone: before, stopped }: Unrecorded,
): Promise<Unrecorded> => {
  const execution = executionOf(worker.journal, plan.change);
  const undone = [...before];
  const open = execution && stopped === null ? openSteps(execution, undone) : [];
  for (const step of open) {
    const did = await takeBackStep(worker, plan, step);
    if (did !== 'done') return { at, undone, stopped: did === 'lost' ? 'lost' : 'failed' };
    undone.push(step.step);
  }
  return { at, undone, stopped };
};

/** The journal can be written again: what was done without it is recorded late, and says so. False where nobody knows how it ended. */
export const recordLate = (
  { journal }: Worker,
  change: ChangeId,
  { at, undone, stopped }: Unrecorded,
): boolean =>
  immediate(journal.db, () => {
    note(journal, { kind: 'execution.late', change, facts: { at, undone: [...undone], stopped } });
    for (const step of undone) {
      beginUndo(journal, { change, step });
      endUndo(journal, { change, step });
    }
    if (stopped === 'lost') lose(journal, change, 'answer-lost');
    return stopped !== 'lost';
  });
