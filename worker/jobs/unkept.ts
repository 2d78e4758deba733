import { DatabaseError } from '#db/database-error';
import { unkept } from '#db/journal/armed';
import { type Execution, executionOf } from '#db/journal/execution';
import { expire } from '#db/journal/keep';
import { planOf } from '#db/journal/plans';
import { pause } from '#db/queue/backoff';
import type { ChangeId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import { orLost } from './or-lost.ts';
import { takeBack } from './take-back.ts';
import { recordLate, takeBackUnrecorded, type Unrecorded } from './unrecorded.ts';
import type { Worker } from './worker.ts';

/** How often it is looked whether something was not kept in time (ms). */
const EVERY = 250;

/** How long it rests before it is tried again where its way back was refused (ms). */
const REST = 5000;

type Memory = Map<ChangeId, Unrecorded>;

const planFor = ({ journal }: Worker, change: ChangeId): Plan => {
  const stored = planOf(journal, change);
  if (!stored) throw new Error(`the plan of ${change}, which is to be taken back, is gone`);
  return stored.plan;
};

/** In the lane of its target: what was decided to be taken back is, unless that ended already. */
export const takeBackUnkept = (worker: Worker, { change, target }: Execution): Promise<void> =>
  worker.lanes.run(target, async () => {
    if (executionOf(worker.journal, change)?.outcome) return;
    await orLost(worker, change, () => takeBack(worker, planFor(worker, change)));
    worker.wake();
  });

/** The deadline is decided in one write, then it is taken back. Nothing where a person was first, or where it ended. */
const recorded = async (worker: Worker, change: ChangeId, memory: Memory): Promise<void> => {
  const { journal, at } = worker;
  const execution = executionOf(journal, change);
  if (!execution || execution.outcome || execution.state === 'unknown') return;
  if (execution.failure === null) {
    if (!expire(journal, change)) return;
    at('unkept');
  }
  const before = memory.get(change);
  const known = before === undefined || recordLate(worker, change, before);
  memory.delete(change);
  if (known) await takeBack(worker, planFor(worker, change));
};

/** What a journal that cannot be written keeps from being recorded is taken back all the same. */
const attempt = async (worker: Worker, change: ChangeId, memory: Memory): Promise<void> => {
  try {
    await recorded(worker, change, memory);
  } catch (error) {
    if (worker.signal.aborted || !(error instanceof DatabaseError)) throw error;
    const before = memory.get(change);
    if (before === undefined)
      worker.log('error', 'the journal cannot be written: what was not kept is taken back without it', {
        change,
        error,
      });
    const begun = before ?? { at: worker.journal.now(), undone: [], stopped: null };
    memory.set(change, await takeBackUnrecorded(worker, planFor(worker, change), begun));
  }
};

/**
 * Takes back whatever was not kept, as long as the worker runs, by this host's clock alone: no message, no bot and no queue
 * is needed for it. Until the function it gives back is called.
 */
export const watchUnkept = (worker: Worker): (() => void) => {
  const { journal, log, signal, lanes, wake } = worker;
  const memory: Memory = new Map();
  const busy = new Set<ChangeId>();
  const takeUp = async (change: ChangeId): Promise<void> => {
    const target = executionOf(journal, change)?.target ?? change;
    await lanes.run(target, () => orLost(worker, change, () => attempt(worker, change, memory)));
    wake();
    const after = executionOf(journal, change);
    if (after?.state === 'reverting' && !after.outcome) await pause(REST, signal);
  };
  const look = (): void => {
    for (const change of unkept(journal)) {
      if (busy.has(change)) continue;
      busy.add(change);
      void takeUp(change)
        .catch((error: unknown) => {
          if (!signal.aborted) log('error', 'what was not kept could not be taken back', { change, error });
        })
        .finally(() => busy.delete(change));
    }
  };
  const looking = setInterval(() => {
    try {
      look();
    } catch (error) {
      log('error', 'the journal cannot be read: it is not known what was not kept', { error });
    }
  }, EVERY);
  return () => clearInterval(looking);
};
