import { type Claim, type ClaimRefusal, claim } from '#db/journal/claim';
import { executionOf } from '#db/journal/execution';
import { type Accepted, settle } from '#db/journal/jobs';
import { planOf, refuseJob, type StoredPlan, tellStale } from '#db/journal/plans';
import type { Job } from '#policies/job';
import { no, ok, type Result } from '#policies/result';
import { targetKey } from '#policies/target';
import type { Ticket } from '#policies/ticket';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { admit } from '../guard.ts';
import { imagesOf } from './before-images.ts';
import { checksNow } from './checks-now.ts';
import { driftOf } from './drift.ts';
import { execute } from './execute.ts';
import { orLost } from './or-lost.ts';
import type { Worker } from './worker.ts';

type RunJob = Extract<Job, { job: 'run' }>;

/** The stored plan and the ticket that lets it run, or why not. */
const admitted = (
  worker: Worker,
  { change, ticket }: RunJob,
): Result<StoredPlan & { ticket: Ticket }, WorkerRefusal> => {
  if (!worker.canAct) return no({ no: 'no-actor-token' });
  const stored = planOf(worker.journal, change);
  if (!stored) return no({ no: 'no-such-plan' });
  const { plan, hash } = stored;
  const checked = admit(worker.guard, plan, { ticket, change, hash, now: worker.journal.now() });
  return checked.ok ? ok({ ...stored, ticket: checked.value }) : checked;
};

/** Under the target's lock: is the host still as the plan saw it, and preflight as people were shown it? Then the journal's claim, and nothing before it. */
const begin = async (worker: Worker, run: Omit<Claim, 'images'>): Promise<void> => {
  const { journal } = worker;
  const refuse = (refusal: WorkerRefusal): void =>
    refuseJob(journal, run.job, { change: run.stored.plan.change, refusal });

  const drift = await driftOf(worker, run.stored.plan);
  if (!drift.ok) return refuse(drift.error);
  if (drift.value.length > 0) return tellStale(journal, run.job, run.stored, drift.value);
  const worse = await checksNow(worker, run.stored.plan);
  if (!worse.ok) return refuse(worse.error);
  if (worse.value.length > 0) return tellStale(journal, run.job, run.stored, worse.value);

  const images = imagesOf(worker, run.stored.plan);
  if (!images.ok) return refuse(images.error);
  const claimed = claim(journal, { ...run, images: images.value });
  if (!claimed.ok) return notClaimed(worker, run, claimed.error);
  worker.at('claimed');
  await orLost(worker, run.stored.plan.change, () => execute(worker, run.stored.plan));
  worker.at('reported');
  worker.wake();
};

const notClaimed = (
  { journal }: Worker,
  { job, stored }: Omit<Claim, 'images'>,
  refusal: ClaimRefusal,
): void =>
  refusal.no === 'already'
    ? settle(journal, job)
    : refuseJob(journal, job, { change: stored.plan.change, refusal });

/**
 * Runs a change that was agreed to: guard, basis and checks read again under the target's lock, claim, steps, probes, report. A
 * message about a change that began before asks for nothing: its end is reported by the run that began it.
 */
export const run = async (worker: Worker, { id, job }: Accepted & { job: RunJob }): Promise<void> => {
  const { journal, lanes } = worker;
  if (executionOf(journal, job.change)) return settle(journal, id);
  const go = admitted(worker, job);
  if (!go.ok) return refuseJob(journal, id, { change: job.change, refusal: go.error });
  worker.at('guarded');
  const { ticket, ...stored } = go.value;
  await lanes.run(targetKey(stored.plan.target), () => begin(worker, { job: id, stored, ticket }));
};
