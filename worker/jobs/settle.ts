import { executionOf } from '#db/journal/execution';
import { type Accepted, settle as dealtWith } from '#db/journal/jobs';
import { note } from '#db/journal/journal';
import { finish } from '#db/journal/outcome';
import { dropPlan } from '#db/journal/plans';
import { immediate } from '#db/open';
import type { Job } from '#policies/job';
import { outcomeSaid } from '#policies/outcome';
import { readVerdict } from '../guard/ticket.ts';
import type { Worker } from './worker.ts';

type SettleJob = Extract<Job, { job: 'settle' }>;

/**
 * A person said how a change ended. It counts only where this worker does not know: then the lock goes. What ended or is
 * at work keeps its own end; what never began cannot begin any more.
 */
export const settle = async (worker: Worker, { id, job }: Accepted & { job: SettleJob }): Promise<void> => {
  const { journal, lanes, guard } = worker;
  const { change } = job;
  const verdict = readVerdict(guard.botKey, job.verdict, { worker: journal.address, change });
  if (!verdict)
    return immediate(journal.db, () => {
      dealtWith(journal, id);
      note(journal, { kind: 'job.refused', change, facts: { message: id, why: 'not a verdict of the bot' } });
    });
  const end = (): void =>
    immediate(journal.db, () => {
      dropPlan(journal, id, change);
      if (executionOf(journal, change)?.state === 'unknown')
        finish(journal, change, outcomeSaid(verdict.end, verdict.by));
    });
  const execution = executionOf(journal, change);
  // This job has the lane of its change already; what began is looked at in the lane of its target.
  if (execution) await lanes.run(execution.target, async () => end());
  else end();
};
