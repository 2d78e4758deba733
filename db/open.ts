import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { DatabaseError, explaining } from './database-error.ts';
import { checkSchema } from './invariants.ts';
import { migrate } from './migrate.ts';
import { alone } from './start-lock.ts';

/** One open SQLite file: the driver's handle, drizzle over the same handle, and how to let go of it. */
export type OpenDatabase = {
  readonly path: string;
  readonly sqlite: Database.Database;
  readonly orm: BetterSQLite3Database;
  readonly close: () => void;
};

/** `migrations` is a folder beside this file, by name, or any other by URL. `now` in ms. */
export type Opening = {
  readonly path: string;
  readonly migrations: 'ledger' | 'journal' | URL;
  readonly now: () => number;
};

/** How long a write waits for another process's write (ms). */
const BUSY_TIMEOUT = 5000;

/**
 * FULL is set on purpose: this driver opens WAL files at NORMAL, which loses the last commits in a power failure.
 * The numbers are what SQLite reads back (https://www.sqlite.org/pragma.html).
 */
const PRAGMAS = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['cell_size_check', 'ON', 1],
  // What is deleted is overwritten: codes on their way and the secrets of second factors do not stay in free pages.
  ['secure_delete', 'ON', 1],
] as const;

const setPragmas = (path: string, sqlite: Database.Database): void => {
  for (const [name, value, expected] of PRAGMAS) {
    sqlite.pragma(`${name} = ${value}`);
    const found = sqlite.pragma(name, { simple: true });
    if (found !== expected)
      throw new DatabaseError(
        path,
        `PRAGMA ${name} is ${String(found)}, not ${value}. Move it to a local disk.`,
      );
  }
};

const folderOf = (migrations: Opening['migrations']): URL =>
  migrations instanceof URL
    ? migrations
    : new URL(`./migrations/${migrations}/`, pathToFileURL(`${import.meta.dirname}/`));

/** So many texts of SQL are kept compiled; queries of this program are fewer, but for lists of any length. */
const MOST_COMPILED = 500;

/** The same handle, which compiles each text of SQL once: drizzle asks for a new statement with every query. */
const compilingOnce = (sqlite: Database.Database): Database.Database => {
  const compiled = new Map<string, Database.Statement>();
  const prepare = (text: string): Database.Statement => {
    const known = compiled.get(text);
    // As new: drizzle sets a statement to give arrays, and leaves it so.
    if (known) return known.reader ? known.raw(false) : known;
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    const made = sqlite.prepare(text);
    compiled.set(text, made);
    return made;
  };
  // Everything else is the handle's own.
  return Object.create(sqlite, { prepare: { value: prepare } }) as Database.Database;
};

/**
 * Opens a file, creating it where there is none: pragmas, migrations, then the checks of invariants.ts. Two processes
 * may do this at once. Throws a DatabaseError of database-error.ts when the file cannot be used.
 */
export const openDatabase = ({ path, migrations, now }: Opening): OpenDatabase =>
  explaining(path, () =>
    alone(path, () => {
      const sqlite = new Database(path, { timeout: BUSY_TIMEOUT });
      try {
        setPragmas(path, sqlite);
        migrate(path, sqlite, { folder: folderOf(migrations), now });
        checkSchema(path, sqlite);
      } catch (error) {
        sqlite.close();
        throw error;
      }
      return { path, sqlite, orm: drizzle({ client: compilingOnce(sqlite) }), close: () => sqlite.close() };
    }),
  );

type Runner = Database.Transaction<(fn: () => unknown) => unknown>;

const runners = new WeakMap<Database.Database, Runner>();

/** The driver makes four functions of each transaction it is given; so it is given one, which runs any other. */
const runnerOf = (sqlite: Database.Database): Runner => {
  const known = runners.get(sqlite);
  if (known) return known;
  const made = sqlite.transaction((fn: () => unknown) => fn());
  runners.set(sqlite, made);
  return made;
};

const begun = new WeakMap<Database.Database, number>();

/** The number of the transaction that is open on this file, or of the last one: no other has it. */
export const transactionOf = ({ sqlite }: Pick<OpenDatabase, 'sqlite'>): number => begun.get(sqlite) ?? 0;

/**
 * The one way to write: everything `fn` does is one BEGIN IMMEDIATE transaction, undone when it throws. Inside another
 * one it is a savepoint of that. `fn` must be synchronous: a promise is refused and its work undone. Failures of the
 * disk or the file come as a DatabaseError.
 */
export const immediate = <T>(db: OpenDatabase, fn: () => T): T => {
  if (!db.sqlite.inTransaction) begun.set(db.sqlite, transactionOf(db) + 1);
  // The runner gives back what `fn` gives.
  return explaining(db.path, () => runnerOf(db.sqlite).immediate(fn) as T);
};
