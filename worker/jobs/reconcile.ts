import { AT_WORK, type Execution, executionOf, executionsIn, type Step } from '#db/journal/execution';
import { type Accepted, settle } from '#db/journal/jobs';
import { expire } from '#db/journal/keep';
import { lose, tellAgain } from '#db/journal/outcome';
import { neverBegan, planOf } from '#db/journal/plans';
import { failStep } from '#db/journal/steps';
import type { Job } from '#policies/job';
import type { Plan } from '#policies/plan';
import { lookAt } from '../effects/table.ts';
import { stepEnded, verify } from './execute.ts';
import { orLost } from './or-lost.ts';
import { takeBack } from './take-back.ts';
import type { Worker } from './worker.ts';

/** A step that was not begun is not begun now: its votes are old. What was done before it is taken back. */
const interrupt = async (worker: Worker, plan: Plan, step: number): Promise<void> => {
  failStep(worker.journal, { change: plan.change, step }, { failure: 'interrupted' });
  await takeBack(worker, plan);
};

/** A step that may have been sent: looking alone says whether it was, and how it ended. */
const lookAtStep = async (worker: Worker, plan: Plan, { step, upid, begunAt }: Step): Promise<boolean> => {
  const effect = plan.effects[step];
  if (!effect) throw new RangeError(`plan of ${plan.change} has no step ${step}`);
  const found = await lookAt(worker.around, effect, { upid, since: begunAt });
  if (found.did !== 'nothing') return stepEnded(worker, plan, { ...found, step });
  await interrupt(worker, plan, step);
  return false;
};

/** What was to be kept by now, and could not be, is taken back at once; false where nothing was, or there is time. */
const tookBackUnkept = async (worker: Worker, plan: Plan): Promise<boolean> => {
  if (!expire(worker.journal, plan.change)) return false;
  worker.at('unkept');
  await takeBack(worker, plan);
  return true;
};

/** Brings an execution that something cut short to its end, without ever sending a step again. */
const resume = async (worker: Worker, execution: Execution): Promise<void> => {
  const stored = planOf(worker.journal, execution.change);
  if (stored?.hash !== execution.hash) return lose(worker.journal, execution.change, 'worker-restarted');
  const { plan } = stored;
  if (execution.failure) return takeBack(worker, plan);
  if (execution.state === 'confirming') return void (await tookBackUnkept(worker, plan));
  const open = execution.steps.find((step) => step.state === 'begun');
  if (open && !(await lookAtStep(worker, plan, open))) return;
  const next = execution.steps.length;
  if (next < plan.effects.length) return interrupt(worker, plan, next);
  if (!(await tookBackUnkept(worker, plan))) await verify(worker, plan);
};

/** In the lane of its target; what ended while it waited there needs nothing more. */
const cutShort = (worker: Worker, { change, target }: Execution): Promise<void> =>
  worker.lanes.run(target, async () => {
    const now = executionOf(worker.journal, change);
    if (now && !now.outcome) await orLost(worker, change, () => resume(worker, now));
    worker.wake();
  });

/**
 * At the start: every execution without an end, each in the lane of its target. One whose steps were being taken back when
 * it got lost waits for a person, because looking at it may send an inverse.
 */
export const reconcileAll = (worker: Worker): readonly Promise<void>[] =>
  executionsIn(worker.journal, [...AT_WORK, 'confirming', 'unknown'])
    .filter(({ state, failure }) => state !== 'unknown' || failure === null)
    .map((execution) => cutShort(worker, execution));

/** A person asks to look once more at a change whose end nobody knows, or was never heard of. */
export const reconcile = async (
  worker: Worker,
  { id, job: { change } }: Accepted & { job: Extract<Job, { job: 'reconcile' }> },
): Promise<void> => {
  const { journal } = worker;
  const execution = executionOf(journal, change);
  if (!execution) return neverBegan(journal, id, change);
  settle(journal, id);
  if (!execution.outcome) await cutShort(worker, execution);
  // What ended just now was told by the run itself; what had ended, still waits to be kept or is still lost, is told again.
  const { state } = executionOf(journal, change) ?? execution;
  if (execution.outcome || state === 'unknown' || execution.state === 'confirming')
    tellAgain(journal, change);
};
