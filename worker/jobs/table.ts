import type { Accepted } from '#db/journal/jobs';
import { dropPlan } from '#db/journal/plans';
import type { Job } from '#policies/job';
import { choose } from './choose.ts';
import { plan } from './plan.ts';
import { reconcile } from './reconcile.ts';
import { run } from './run.ts';
import { settle } from './settle.ts';
import { survey } from './survey.ts';
import { refresh } from './watch.ts';
import type { Worker } from './worker.ts';

type Handlers = {
  readonly [K in Job['job']]: (
    worker: Worker,
    accepted: Accepted & { job: Extract<Job, { job: K }> },
  ) => Promise<void>;
};

/** What each message of the bot leads to. */
const HANDLERS: Handlers = {
  plan,
  run,
  drop: async ({ journal }, { id, job }) => dropPlan(journal, id, job.change),
  reconcile,
  settle,
  choose,
  refresh,
  survey,
};

/** Deals with one accepted job, after those of the same change before it. */
export const handle = (worker: Worker, accepted: Accepted): Promise<void> => {
  const { job } = accepted;
  // The row picked by a job's name takes exactly that job.
  const handler = HANDLERS[job.job] as (worker: Worker, accepted: Accepted) => Promise<void>;
  return worker.lanes.run('change' in job ? job.change : job.job, () => handler(worker, accepted));
};
