import Database from 'better-sqlite3';
import { explaining } from '../database-error.ts';

/**
 * Keeps a journal for this process alone until it is let go or the process dies: a second worker over the same journal
 * would take the first one's runs for cut short and take them back. Throws DatabaseBusy when another worker has it. The
 * lock is an exclusive transaction on an empty database beside it, as in db/start-lock.ts.
 */
export const holdJournal = (path: string): (() => void) =>
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
