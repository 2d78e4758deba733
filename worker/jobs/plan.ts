import type { Accepted } from '#db/journal/jobs';
import { refuseJob, storePlan } from '#db/journal/plans';
import type { Job } from '#policies/job';
import type { Plan } from '#policies/plan';
import { isOwnTarget } from '#policies/target';
import { notHere } from '../guard/here.ts';
import { refusedAnyway } from '../guard.ts';
import { draftOf } from './draft.ts';
import type { Worker } from './worker.ts';

type PlanJob = Extract<Job, { job: 'plan' }>;

/**
 * Makes a plan by reading alone, from an action, a recipe or the record of an earlier change, and stores it with its hash
 * and the report of it. Planning the same change again takes the earlier plan's place.
 */
export const plan = async (worker: Worker, { id, job }: Accepted & { job: PlanJob }): Promise<void> => {
  const { change, action, target, params } = job;
  const { journal, guard } = worker;
  if (isOwnTarget(target)) return refuseJob(journal, id, { change, refusal: notHere(guard.here, target) });
  const made = await draftOf(worker, { change, action, target, params });
  if (!made.ok) return refuseJob(journal, id, { change, refusal: made.error });
  const whole: Plan = { ...made.value, change, action, target, params, madeAt: journal.now() };
  const refusal = refusedAnyway(guard, whole);
  if (refusal) refuseJob(journal, id, { change, refusal });
  else storePlan(journal, id, whole);
};
