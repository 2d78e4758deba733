import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendAudit, type Head } from '#db/audit/append';
import { makeFindable } from '#db/audit/terms';
import { immediate, type OpenDatabase, openDatabase } from '#db/open';

/** Records a transaction has while a file is filled; it is not what is measured. */
const CHUNK = 20_000;

/** One record of an everyday kind: 20 people, 500 guests, eight records a change. */
export const record = (db: OpenDatabase, i: number): Head =>
  appendAudit(
    db,
    {
      kind: 'click.refused',
      actor: { person: `person-${i % 20}`, account: `telegram:${i % 40}`, chat: '-1001' },
      target: `home/${100 + (i % 500)}`,
      change: `change-${i >> 3}`,
      facts: { why: 'own-request', plan: 'a-digest-of-the-plan' },
    },
    i,
  );

/** A ledger with so many records. */
export const filled = (path: string, count: number): OpenDatabase => {
  const db = openDatabase({ path, migrations: 'ledger', now: () => 0 });
  for (let i = 0; i < count; i += CHUNK) {
    immediate(db, () => {
      for (let k = i; k < Math.min(i + CHUNK, count); k += 1) record(db, k);
    });
    makeFindable(db);
  }
  return db;
};

/** Records of the large log. */
export const LARGE = 1_000_000;

let large: string | undefined;

/** The path of a log with that many records, made once and gone when this process ends: filling it takes longest of all. */
export const largeLog = (): string => {
  if (large !== undefined) return large;
  const folder = mkdtempSync(join(tmpdir(), 'quorate-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  large = join(folder, 'large.sqlite');
  filled(large, LARGE).close();
  return large;
};
