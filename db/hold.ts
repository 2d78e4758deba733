import Database from 'better-sqlite3';
import { explaining } from './database-error.ts';

/**
 * Keeps a database for this process alone until it is let go or the process dies. A second worker over the same journal
 * would take the first one's runs for cut short and take them back; a second bot over the same ledger would post and
 * answer everything twice. Throws DatabaseBusy when another process has it. Commands of the shell do not ask for it. The
 * lock is an exclusive transaction on an empty database beside it, as in db/start-lock.ts.
 */
export const holdFile = (path: string): (() => void) =>
  explaining(path, () => {
    const lock = new Database(`${path}.held`, { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw error;
    }
    return () => lock.close();
  });
