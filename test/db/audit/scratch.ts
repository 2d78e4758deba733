import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { appendAudit } from '#db/audit/append';
import { immediate, type OpenDatabase, openDatabase } from '#db/open';
import { SCRATCH } from '#test/fixture/scratch';

/** A folder that is gone when the test ends. */
export const scratchFolder = (test: { after: (fn: () => void) => void }): string => {
  const folder = mkdtempSync(join(SCRATCH, 'quorate-db-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A ledger with `count` records, one a transaction, every third about guest 101. */
export const ledgerWith = (path: string, count: number): OpenDatabase => {
  const db = openDatabase({ path, migrations: 'ledger', now: () => 0 });
  for (let i = 1; i <= count; i += 1)
    immediate(db, () =>
      appendAudit(
        db,
        {
          kind: 'click.refused',
          actor: { person: i % 2 ? 'ada' : 'ivan' },
          target: i % 3 ? `home/${200 + i}` : 'home/101',
          facts: { note: 'x, "y"', i },
        },
        1000 + i,
      ),
    );
  return db;
};

/** Does to a closed file what somebody with write access could: the triggers are put away, and back unless `keep` is false. */
export const tamper = (path: string, change: (sqlite: Database.Database) => void, keep = true): void => {
  const sqlite = new Database(path);
  const triggers = sqlite
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  for (const { name } of triggers) sqlite.exec(`DROP TRIGGER ${name}`);
  change(sqlite);
  if (keep) for (const { sql } of triggers) sqlite.exec(sql);
  sqlite.close();
};
