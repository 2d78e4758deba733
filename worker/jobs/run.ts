import { type ClaimRefusal, claim } from '#db/journal/claim';
import { executionOf } from '#db/journal/execution';
import { wasAccepted } from '#db/journal/factors';
import { type Accepted, settle } from '#db/journal/jobs';
import { planOf, refuseJob, type StoredPlan, tellStale } from '#db/journal/plans';
import type { PersonId } from '#policies/ids';
import type { Job } from '#policies/job';
import { no, ok, type Result } from '#policies/result';
import { targetKey } from '#policies/target';
import type { Ticket } from '#policies/ticket';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { admit } from '../guard.ts';
import { imagesOf } from './before-images.ts';
import { driftOf } from './drift.ts';
import { execute } from './execute.ts';
import { orLost } from './or-lost.ts';
import { preflight } from './preflight.ts';
import type { Worker } from './worker.ts';

type RunJob = Extract<Job, { job: 'run' }>;
type RunMessage = Accepted & { readonly job: RunJob };

/** The stored plan and the ticket that lets it run, or why not. */
const admitted = (
  worker: Worker,
  { change, ticket }: RunJob,
): Result<StoredPlan & { ticket: Ticket }, WorkerRefusal> => {
  if (!worker.canAct) return no({ no: 'no-actor-token' });
  const stored = planOf(worker.journal, change);
  if (!stored) return no({ no: 'no-such-plan' });
  const { plan, hash } = stored;
  const { address, now } = worker.journal;
  const proved = (person: PersonId): boolean => wasAccepted(worker.journal, { change, hash, person });
  const asked = { ticket, proved, worker: address, change, hash, now: now() };
  const checked = admit(worker.guard, plan, asked);
  return checked.ok ? ok({ ...stored, ticket: checked.value }) : checked;
};

/** A run that was let through and may not begin after all; one that began before asks for nothing. */
const notClaimed = ({ journal }: Worker, { id, job }: RunMessage, refusal: ClaimRefusal): void =>
  refusal.no === 'already' ? settle(journal, id) : refuseJob(journal, id, { change: job.change, refusal });

/** Under the target's lock: is the host still as the plan saw it, and fit for it? Then the journal's claim, and nothing before it. */
const begin = async (worker: Worker, message: RunMessage, stored: StoredPlan): Promise<void> => {
  const { journal } = worker;
  const { id, job } = message;
  for (const look of [driftOf, preflight]) {
    const drift = await look(worker, stored.plan);
    if (!drift.ok) return notClaimed(worker, message, drift.error);
    if (drift.value.length > 0) return tellStale(journal, id, stored, drift.value);
  }

  const images = imagesOf(worker, stored.plan);
  if (!images.ok) return notClaimed(worker, message, images.error);
  // Once more: it may have waited long for its target, and the node may have been frozen meanwhile.
  const still = admitted(worker, job);
  if (!still.ok) return notClaimed(worker, message, still.error);
  const claimed = claim(journal, { job: id, stored, ticket: still.value.ticket, images: images.value });
  if (!claimed.ok) return notClaimed(worker, message, claimed.error);
  worker.at('claimed');
  await orLost(worker, job.change, () => execute(worker, stored.plan, still.value.ticket.finishBy));
  worker.at('reported');
  worker.wake();
};

/**
 * Runs a change that was agreed to: guard, basis and checks read again under the target's lock, guard once more, claim, steps, probes,
 * report. A message about a change that began before asks for nothing: its end is reported by the run that began it.
 */
export const run = async (worker: Worker, message: RunMessage): Promise<void> => {
  const { journal, lanes } = worker;
  const { id, job } = message;
  if (executionOf(journal, job.change)) return settle(journal, id);
  const go = admitted(worker, job);
  if (!go.ok) return refuseJob(journal, id, { change: job.change, refusal: go.error });
  worker.at('guarded');
  const { ticket: _, ...stored } = go.value;
  await lanes.run(targetKey(stored.plan.target), () => begin(worker, message, stored));
};
