import { type Armed, armedFor } from '#db/journal/armed';
import { type Execution, executionOf } from '#db/journal/execution';
import { type Accepted, settle } from '#db/journal/jobs';
import { note } from '#db/journal/journal';
import { callBack, keepDone } from '#db/journal/keep';
import { planOf } from '#db/journal/plans';
import { immediate } from '#db/open';
import type { Job } from '#policies/job';
import type { Choice } from '#policies/ticket';
import { readChoice } from '../guard/ticket.ts';
import { keepChanges } from '../network/keep-changes.ts';
import { takeBackUnkept } from './unkept.ts';
import type { Worker } from './worker.ts';

type ChooseJob = Extract<Job, { job: 'choose' }>;

const refuse = (
  { journal }: Worker,
  { id, job: { change } }: Accepted & { job: ChooseJob },
  why: string,
): void =>
  immediate(journal.db, () => {
    settle(journal, id);
    note(journal, { kind: 'job.refused', change, facts: { message: id, why } });
  });

/** Whoever asked for a change does not keep it where the ticket wants somebody else to, whatever a bot signs. */
const isOwn = ({ choice, by }: Choice, { keepBy, requester }: Armed): boolean =>
  choice === 'keep' && keepBy === 'anyone_who_may_approve' && by === requester;

/** What the network itself says against keeping it: its dead man was first, or nobody is reached through what changed. */
const refusedByHost = async ({ journal, around }: Worker, { change }: Execution): Promise<string | null> => {
  const stored = planOf(journal, change);
  const kept = stored && (await keepChanges(around.network, stored.plan));
  return !kept || kept.ok ? null : `network: ${kept.error.no}`;
};

const decided = async (
  worker: Worker,
  message: Accepted & { job: ChooseJob },
  { choice, execution }: Chosen,
): Promise<void> => {
  const { id } = message;
  const { journal, at } = worker;
  if (choice.choice === 'keep') {
    const refusal = await refusedByHost(worker, execution);
    if (refusal !== null) return refuse(worker, message, refusal);
    if (keepDone(journal, id, choice)) at('kept');
  } else if (callBack(journal, id, choice)) {
    at('unkept');
    await takeBackUnkept(worker, execution);
  }
};

type Chosen = { readonly choice: Choice; readonly execution: Execution };

/**
 * A person keeps what was done, or wants it taken back now. It counts when it was signed for this very plan and nothing was
 * decided before; what came too late changes nothing, and how the change ended is reported by what was first.
 */
export const choose = async (worker: Worker, message: Accepted & { job: ChooseJob }): Promise<void> => {
  const { journal, guard } = worker;
  const { change, choice: signed } = message.job;
  const execution = executionOf(journal, change);
  const armed = armedFor(journal, change);
  if (!execution || !armed) return refuse(worker, message, 'nothing waits to be kept');
  const choice = readChoice(guard.botKey, signed, { worker: journal.address, change, hash: execution.hash });
  if (!choice) return refuse(worker, message, 'not a choice of the bot');
  if (isOwn(choice, armed)) return refuse(worker, message, 'kept by whoever asked for it');
  await decided(worker, message, { choice, execution });
  worker.wake();
};
