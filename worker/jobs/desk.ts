import { type Accepted, acceptJob, openJobs } from '#db/journal/jobs';
import type { Handler } from '#db/queue/queue';
import { takeCode } from '../second-factor/take-code.ts';
import { brokenJob } from './broken-job.ts';
import { reconcileAll } from './reconcile.ts';
import { handle } from './table.ts';
import type { Worker } from './worker.ts';

/** Where messages come in. `idle` resolves when nothing that was begun is still at work. */
export type Desk = { readonly receive: Handler; readonly idle: () => Promise<void> };

/**
 * Takes messages into the journal and works on them behind the acceptance. At its start it first brings cut-short runs to
 * their end, and then takes up the jobs that were accepted and not dealt with.
 */
export const openDesk = (worker: Worker): Desk => {
  const watched = (work: Promise<void>, failed: (error: unknown) => void): void => {
    void work
      .catch((error: unknown) => {
        // A stop is no failure: the work is taken up again at the next start.
        if (!worker.signal.aborted) failed(error);
      })
      .finally(worker.wake);
  };
  const begin = (accepted: Accepted): void =>
    watched(handle(worker, accepted), (error) => brokenJob(worker, accepted, error));
  const unended = (error: unknown): void =>
    worker.log('error', 'a run could not be brought to its end', { error });
  for (const work of reconcileAll(worker)) watched(work, unended);
  for (const accepted of openJobs(worker.journal)) begin(accepted);
  return {
    receive: async (envelope) => {
      if (takeCode(worker, envelope)) return;
      const accepted = acceptJob(worker.journal, envelope);
      if (accepted) begin(accepted);
    },
    idle: worker.lanes.idle,
  };
};
