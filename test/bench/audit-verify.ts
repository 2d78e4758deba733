import { hash } from 'node:crypto';
import Database from 'better-sqlite3';
import { verifyAudit } from '#db/audit/verify';
import { LARGE, largeLog } from './audit-file.ts';
import { type Bench, race } from './row.ts';

const bareLoop = (path: string): void => {
  const sqlite = new Database(path, { readonly: true });
  const rows = sqlite
    .prepare<[], [number, string, string]>('SELECT seq, line, hash FROM audit ORDER BY seq')
    .raw();
  for (const [, line] of rows.iterate()) hash('sha256', line);
  sqlite.close();
};

/** `audit verify` against a bare loop that reads each row and hashes it. */
export const auditVerify: Bench = {
  name: 'audit-verify',
  run: () => {
    const path = largeLog();
    const ours = (): void => {
      if (verifyAudit(path).verdict !== 'whole') throw new Error('the log is broken');
    };
    const took = race(5, { ours, baseline: () => bareLoop(path) });
    return {
      name: 'audit verify, 1,000,000 records : bare loop of crypto.hash',
      ...took,
      limit: 1.5,
      unit: 'ms',
      notes: [`${Math.round(LARGE / took.ours)}k records a second`],
    };
  },
};
