import { enrolledPeople } from '#db/journal/factors';
import { type Accepted, settle } from '#db/journal/jobs';
import { tellLatest } from '#db/journal/latest';
import { pruneInbox } from '#db/queue/inbox';
import { pruneOutbox } from '#db/queue/outbox';
import type { Worker } from './worker.ts';

/** How often the site is looked at (ms). */
export const EVERY = 15_000;

/** How often old messages are forgotten (ms). */
const PRUNE_EVERY = 3_600_000;

/** Who has a second factor here, and at which risks this node wants one; a floor that cannot be read refuses everything anyway. */
const tellFactors = ({ journal, guard }: Worker): void => {
  const floor = guard.policy();
  const risks = floor.ok ? floor.value.second_factor : [];
  tellLatest(journal, { report: 'factors', factors: { enrolled: enrolledPeople(journal), risks } });
};

const look = async (worker: Worker): Promise<void> => {
  const { eyes, journal, wake, log } = worker;
  try {
    tellFactors(worker);
    tellLatest(journal, { report: 'inventory', inventory: await eyes.inventory() });
    wake();
  } catch (error) {
    log('warn', 'the inventory could not be read', { error });
  }
};

/** Reads the inventory now; one read at a time. */
export const lookNow = (worker: Worker): Promise<void> => worker.lanes.run('inventory', () => look(worker));

/** The bot wants to see the site now. */
export const refresh = (worker: Worker, { id }: Accepted): Promise<void> => {
  settle(worker.journal, id);
  return lookNow(worker);
};

/** Looks at the site now and every 15 s, until the function it gives back is called. */
export const watch = (worker: Worker): (() => void) => {
  const { journal } = worker;
  void lookNow(worker);
  const looking = setInterval(() => void lookNow(worker), EVERY);
  const pruning = setInterval(() => {
    pruneInbox(journal.db, journal.now());
    pruneOutbox(journal.db, journal.now());
  }, PRUNE_EVERY);
  return () => {
    clearInterval(looking);
    clearInterval(pruning);
  };
};
