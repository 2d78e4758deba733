import { lose } from '#db/journal/outcome';
import type { ChangeId } from '#policies/ids';
import type { Worker } from './worker.ts';

/**
 * Work on a change that began. What breaks it, other than the worker's stop, leaves an end that nobody knows: the target
 * stays locked, people are told, and only looking can say more.
 */
export const orLost = async (worker: Worker, change: ChangeId, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (worker.signal.aborted) throw error;
    worker.log('error', 'a run broke off', { change, error });
    lose(worker.journal, change, 'answer-lost');
  }
};
