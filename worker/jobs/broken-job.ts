import { executionOf } from '#db/journal/execution';
import { type Accepted, settle } from '#db/journal/jobs';
import { refuseJob } from '#db/journal/plans';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { outsideText } from '../outside-text.ts';
import { PveMalformed } from '../proxmox/failure.ts';
import type { Worker } from './worker.ts';

const refusalOf = (error: unknown): WorkerRefusal => {
  const message = outsideText(error instanceof Error ? error.message : String(error), 500);
  return error instanceof PveMalformed
    ? { no: 'proxmox-refused', status: 200, message }
    : { no: 'worker-broken', message };
};

/**
 * A job that threw. People hear of it where a change waits for an answer and nothing of it began; the job is not tried
 * again. A journal that cannot be written is only logged: the job is then still there at the next start.
 */
export const brokenJob = (worker: Worker, { id, job }: Accepted, error: unknown): void => {
  const { journal, log } = worker;
  log('error', 'a job broke', { job: job.job, message: id, error });
  try {
    if ('change' in job && !executionOf(journal, job.change))
      refuseJob(journal, id, { change: job.change, refusal: refusalOf(error) });
    else settle(journal, id);
  } catch (cause) {
    log('error', 'the journal cannot be written', { error: cause });
  }
};
