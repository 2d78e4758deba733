import Database from 'better-sqlite3';

/** How long a start waits for another start of the same file (ms). */
const PATIENCE = 60_000;

/**
 * Runs `fn` while no other process starts with the same file. The lock is an exclusive transaction on an empty database
 * beside it, because neither the switch to WAL nor a migration waits for another process in every case; it goes when
 * the process dies.
 */
export const alone = <T>(path: string, fn: () => T): T => {
  const lock = new Database(`${path}.lock`, { timeout: PATIENCE });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return fn();
  } finally {
    lock.close();
  }
};
