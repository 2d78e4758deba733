import type { Database } from 'better-sqlite3';
import type { World } from './world.ts';

/** The tables at whose first new row a process may die. */
export type Torn = 'audit' | 'outbox';

const DIES = 'the process dies here';

const triggerOn = (table: Torn): string =>
  `CREATE TEMP TRIGGER IF NOT EXISTS torn_${table} BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM torn WHERE at = '${table}')
   BEGIN SELECT raise(ABORT, '${DIES}'); END;`;

/** Gives this connection, and no file, a table that says where its next write fails. */
export const makeTearable = (sqlite: Database): void => {
  sqlite.exec(`CREATE TEMP TABLE IF NOT EXISTS torn (at TEXT); ${triggerOn('audit')} ${triggerOn('outbox')}`);
};

const died = (error: unknown): boolean =>
  error instanceof Error && (error.message.includes(DIES) || died(error.cause));

/** The process dies at its first new row in this table, in the middle of what it does, and comes back with what was written. */
export const tear = (world: World, at: Torn, work: () => void): void => {
  const { sqlite } = world.stage.ledger.db;
  makeTearable(sqlite);
  sqlite.prepare('INSERT INTO torn VALUES (?)').run(at);
  try {
    work();
  } catch (error) {
    if (!died(error)) throw error;
    world.restart();
  } finally {
    if (sqlite.open) sqlite.exec('DELETE FROM torn');
  }
};
