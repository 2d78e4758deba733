import { unkept } from '#db/journal/armed';
import { type Execution, executionOf } from '#db/journal/execution';
import { expire } from '#db/journal/keep';
import { planOf } from '#db/journal/plans';
import type { ChangeId } from '#policies/ids';
import { orLost } from './or-lost.ts';
import { takeBack } from './take-back.ts';
import type { Worker } from './worker.ts';

/** How often it is looked whether something was not kept in time (ms). */
const EVERY = 250;

/** In the lane of its target: what was decided to be taken back is, unless that ended already. */
export const takeBackUnkept = (worker: Worker, { change, target }: Execution): Promise<void> =>
  worker.lanes.run(target, async () => {
    const stored = planOf(worker.journal, change);
    if (!stored) throw new Error(`the plan of ${change}, which is to be taken back, is gone`);
    if (executionOf(worker.journal, change)?.outcome) return;
    await orLost(worker, change, () => takeBack(worker, stored.plan));
    worker.wake();
  });

/** The deadline came: decided in one write, then taken back. Nothing where a person was first. */
const notKept = async (worker: Worker, change: ChangeId): Promise<void> => {
  const { journal, at } = worker;
  const execution = executionOf(journal, change);
  if (!execution || !expire(journal, change)) return;
  at('unkept');
  await takeBackUnkept(worker, execution);
};

/**
 * Takes back whatever was not kept, as long as the worker runs, by this host's clock alone: no message, no bot and no queue
 * is needed for it. Until the function it gives back is called.
 */
export const watchUnkept = (worker: Worker): (() => void) => {
  const { journal, log, signal } = worker;
  const look = (): void => {
    for (const change of unkept(journal))
      void notKept(worker, change).catch((error: unknown) => {
        if (!signal.aborted) log('error', 'what was not kept could not be taken back', { change, error });
      });
  };
  const looking = setInterval(look, EVERY);
  return () => clearInterval(looking);
};
