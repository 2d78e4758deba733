import { eq } from 'drizzle-orm';
import type { NodeName, SiteId } from '#policies/ids';
import type { Report } from '#policies/report';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { workers } from './schema/workers.ts';

type Hello = Extract<Report, { report: 'hello' }>;
export type WorkerRow = typeof workers.$inferSelect;

/** Remembers a worker that said hello. */
export const greet = (
  { db, now }: Ledger,
  { site, node, address, simulated, canAct, recipes }: Hello,
): void =>
  immediate(db, () => {
    const row = {
      address,
      site,
      node,
      simulated: simulated ? 1 : 0,
      canAct: canAct ? 1 : 0,
      seenAt: now(),
    };
    // How its recipes stood outlives a restart: it says when that was.
    const first = { ...row, recipes: JSON.stringify(recipes) };
    db.orm.insert(workers).values(first).onConflictDoUpdate({ target: workers.address, set: row }).run();
  });

/** Notes that a worker was heard of, by whatever report. */
export const hear = ({ db, now }: Ledger, address: string): void => {
  db.orm.update(workers).set({ seenAt: now() }).where(eq(workers.address, address)).run();
};

/** All workers that ever said hello. */
export const allWorkers = ({ db }: Ledger): readonly WorkerRow[] => db.orm.select().from(workers).all();

/** The worker for a node: its own where there is one, otherwise any of the site. */
export const workerFor = (ledger: Ledger, site: SiteId, node: NodeName | null): WorkerRow | undefined => {
  const rows = allWorkers(ledger).filter((row) => row.site === site);
  return rows.find((row) => row.node === node) ?? rows[0];
};
