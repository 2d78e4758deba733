import { SqliteError } from 'better-sqlite3';

/** The database file cannot be used; the message names the file, what was found and what to do. */
export class DatabaseError extends Error {
  /** The file, as it was given to openDatabase. */
  readonly path: string;

  constructor(path: string, sentence: string, cause?: unknown) {
    super(`${path}: ${sentence}`, { cause });
    this.name = new.target.name;
    this.path = path;
  }
}

/** No room left for a write (SQLITE_FULL). What was being written is rolled back. */
export class DiskFull extends DatabaseError {}
/** The file or its folder may not be written by this user. */
export class DatabaseReadOnly extends DatabaseError {}
/** A page, an index or a row of the file is damaged. */
export class DatabaseCorrupt extends DatabaseError {}
/** The file is something else, or is encrypted. */
export class NotADatabase extends DatabaseError {}
/** Another process held the write lock longer than the busy timeout. */
export class DatabaseBusy extends DatabaseError {}
/** The file or its folder cannot be opened at all. */
export class CannotOpen extends DatabaseError {}
/** The disk answered with an error. */
export class DiskFault extends DatabaseError {}
/** The file was migrated by a newer Quorate, or a migration that it had was edited later. */
export class SchemaMismatch extends DatabaseError {}
/** A table is not STRICT, or an audit table, index or trigger is missing or altered. */
export class SchemaBroken extends DatabaseError {}

/** What to do with a file whose content cannot be trusted any more. */
export const RESTORE =
  'Stop Quorate, keep this file, run `quorate audit verify` on it and restore the last backup.';

type Row = readonly [error: typeof DatabaseError, sentence: string];

/** By primary result code (https://www.sqlite.org/rescode.html). */
const SENTENCES: { readonly [code: string]: Row } = {
  SQLITE_FULL: [DiskFull, 'the disk is full. Nothing of this write was kept. Free some space and try again.'],
  SQLITE_READONLY: [
    DatabaseReadOnly,
    'it cannot be written. Give the user of Quorate write access to the file and its folder.',
  ],
  SQLITE_CORRUPT: [DatabaseCorrupt, `the file is damaged. ${RESTORE}`],
  SQLITE_NOTADB: [
    NotADatabase,
    'this is not a SQLite database. Check the configured path, or move the file away.',
  ],
  SQLITE_BUSY: [
    DatabaseBusy,
    'another process keeps it locked. Look for a second Quorate or a backup that hangs.',
  ],
  SQLITE_CANTOPEN: [
    CannotOpen,
    'it cannot be opened. Check that the folder exists and that the user of Quorate may write there.',
  ],
  SQLITE_IOERR: [
    DiskFault,
    'the disk answered with an error. Look at `dmesg` and the free space before starting again.',
  ],
};

/** The error people should see for a failure of SQLite; anything else comes back as it is. */
export const explained = (path: string, error: unknown): unknown => {
  if (!(error instanceof SqliteError)) return error;
  const row = SENTENCES[error.code.split('_').slice(0, 2).join('_')];
  return row ? new row[0](path, row[1], error) : error;
};

/** Runs `fn` and throws its SQLite failures explained. */
export const explaining = <T>(path: string, fn: () => T): T => {
  try {
    return fn();
  } catch (error) {
    throw explained(path, error);
  }
};
