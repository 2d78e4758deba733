import { join } from 'node:path';
import { queryAudit } from '#db/audit/query';
import { type OpenDatabase, openDatabase } from '#db/open';
import { filled, largeLog } from './audit-file.ts';
import { inFolder } from './folder.ts';
import { type Bench, race } from './row.ts';

const [SMALL, TARGETS] = [10_000, 500];

const pages = (db: OpenDatabase) => (): void => {
  for (let i = 0; i < TARGETS; i += 1) {
    const found = queryAudit(db, { target: `home/${100 + i}`, limit: 15 }).length;
    if (found !== 15) throw new Error(`a page has ${found} records`);
  }
};

/** The page that `/audit 101` shows, in a large log against a small one. */
export const auditPage: Bench = {
  name: 'audit-page',
  run: () =>
    inFolder((folder) => {
      const large = openDatabase({ path: largeLog(), migrations: 'ledger', now: () => 0 });
      const small = filled(join(folder, 'small.sqlite'), SMALL);
      const took = race(9, { ours: pages(large), baseline: pages(small) });
      for (const db of [large, small]) db.close();
      return {
        name: '/audit 101 over 1,000,000 records : over 10,000',
        ours: took.ours / TARGETS,
        baseline: took.baseline / TARGETS,
        limit: 2,
        unit: 'ms',
      };
    }),
};
