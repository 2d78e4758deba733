import { fileURLToPath } from 'node:url';
import type { Database } from 'better-sqlite3';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { AUDIT_OBJECTS } from './audit/schema.ts';
import { SchemaMismatch } from './database-error.ts';

/** Which migrations a file has had, by the hash of their text. drizzle's own table cannot be STRICT. */
const MIGRATIONS = `CREATE TABLE migrations (
  no INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT`;

type Applied = { readonly no: number; readonly hash: string };

const applied = (sqlite: Database): readonly Applied[] | undefined => {
  const known = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").get();
  return known === undefined
    ? undefined
    : sqlite.prepare<[], Applied>('SELECT no, hash FROM migrations ORDER BY no').all();
};

const compare = (path: string, had: readonly Applied[], known: readonly MigrationMeta[]): void => {
  if (had.length > known.length)
    throw new SchemaMismatch(
      path,
      `it had ${had.length} migrations and this Quorate knows ${known.length}. Start the newer version that wrote it, or restore a backup from before.`,
    );
  const edited = had.find((row, index) => row.no !== index + 1 || row.hash !== known[index]?.hash);
  if (edited)
    throw new SchemaMismatch(
      path,
      `migration ${edited.no} is not the one this file had. Take the migrations folder as it was released.`,
    );
};

type Source = { readonly folder: URL; readonly now: () => number };

/**
 * Brings a file to the newest schema in one transaction; a new file gets the audit tables in it too. Throws
 * SchemaMismatch when the file had other migrations than the folder, or more.
 */
export const migrate = (path: string, sqlite: Database, { folder, now }: Source): void => {
  const known = readMigrationFiles({ migrationsFolder: fileURLToPath(folder) });
  const had = applied(sqlite);
  compare(path, had ?? [], known);
  if (had?.length === known.length) return;
  // A generated table rebuild drops tables that others point to; the check before the commit makes up for it.
  sqlite.pragma('foreign_keys = OFF');
  sqlite
    .transaction(() => {
      if (!had) for (const sql of [MIGRATIONS, ...AUDIT_OBJECTS.map((made) => made.sql)]) sqlite.exec(sql);
      const note = sqlite.prepare('INSERT INTO migrations (no, hash, at) VALUES (?, ?, ?)');
      known.slice(had?.length ?? 0).forEach((migration, index) => {
        for (const sql of migration.sql) sqlite.exec(sql);
        note.run((had?.length ?? 0) + index + 1, migration.hash, now());
      });
      const [dangling] = sqlite.prepare('PRAGMA foreign_key_check').all();
      if (dangling)
        throw new SchemaMismatch(path, `a migration left a dangling reference: ${JSON.stringify(dangling)}`);
    })
    .immediate();
  sqlite.pragma('foreign_keys = ON');
};
