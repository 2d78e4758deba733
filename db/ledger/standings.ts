import { eq } from 'drizzle-orm';
import { readWith } from '#policies/read-with';
import { Standings } from '#policies/recipes/standing';
import { immediate } from '../open.ts';
import { enqueue } from '../queue/outbox.ts';
import { type Ledger, randomText } from './ledger.ts';
import { workers } from './schema/workers.ts';
import type { WorkerRow } from './workers.ts';

/** Keeps how the recipes stand on a worker's node, in the place of what was known before. */
export const keepStandings = ({ db }: Ledger, address: string, standings: Standings): void => {
  const recipes = JSON.stringify(standings);
  db.orm.update(workers).set({ recipes }).where(eq(workers.address, address)).run();
};

/** How the recipes stood on a worker's node when it was looked last; null where nobody asked it yet. */
export const standingsOf = ({ recipes }: WorkerRow): Standings | null => {
  // Of a worker that only said hello the names of its recipes are known.
  const read = readWith(Standings, JSON.parse(recipes));
  return read.success ? read.data : null;
};

/** Nobody waits longer than this for a worker to look (ms): a question that is older is not sent. */
const WAITS = 60_000;

/** Has a worker look how the recipes stand on its node. */
export const askStandings = (ledger: Ledger, to: string): void =>
  immediate(ledger.db, () => {
    const at = ledger.now();
    const id = randomText(ledger, 26);
    enqueue(ledger.db, { to, body: { job: 'survey' }, at, id, until: at + WAITS });
  });
