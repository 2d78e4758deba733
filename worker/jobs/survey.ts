import { type Accepted, settle } from '#db/journal/jobs';
import { tellLatest } from '#db/journal/latest';
import type { Worker } from './worker.ts';

/** Somebody wants to know how the recipes stand on this host. One look at a time; what was seen just now is told again. */
export const survey = async (worker: Worker, { id }: Accepted): Promise<void> => {
  const { journal, eyes, wake } = worker;
  settle(journal, id);
  tellLatest(journal, { report: 'recipes', ...(await eyes.standings()) });
  wake();
};
