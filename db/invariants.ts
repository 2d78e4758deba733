import type { Database } from 'better-sqlite3';
import { AUDIT_OBJECTS, alteredObjects } from './audit/schema.ts';
import { DatabaseCorrupt, RESTORE, SchemaBroken } from './database-error.ts';

/** Up to this size of the file the audit's pages are looked at too (bytes); verify reads them whole anyway. */
const SMALL = 64 * 1024 * 1024;

type Table = { readonly name: string; readonly strict: number };

const tables = (sqlite: Database): readonly Table[] =>
  sqlite
    .prepare<[], Table>(
      "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .all();

const size = (sqlite: Database): number =>
  Number(sqlite.pragma('page_count', { simple: true })) *
  Number(sqlite.pragma('page_size', { simple: true }));

const checkPages = (path: string, sqlite: Database, names: readonly string[]): void => {
  const small = size(sqlite) <= SMALL;
  const skip = new Set(small ? [] : AUDIT_OBJECTS.map((made) => made.name));
  for (const name of names.filter((table) => !skip.has(table))) {
    const found = sqlite.pragma(`quick_check('${name.replaceAll("'", "''")}')`, { simple: true });
    if (found !== 'ok')
      throw new DatabaseCorrupt(path, `table ${name} is damaged (${String(found)}). ${RESTORE}`);
  }
};

/**
 * What no migration may lose and nobody may take away: every table STRICT, the audit's tables, indexes and triggers as
 * they were made, no damaged page. A generated table rebuild drops STRICT and triggers without a word.
 */
export const checkSchema = (path: string, sqlite: Database): void => {
  const found = tables(sqlite);
  const loose = found.filter((table) => table.strict !== 1).map((table) => table.name);
  if (loose.length > 0)
    throw new SchemaBroken(
      path,
      `not STRICT: ${loose.join(', ')}. A migration must end in \`) STRICT;\`. ${RESTORE}`,
    );
  const altered = alteredObjects(sqlite);
  if (altered.length > 0)
    throw new SchemaBroken(
      path,
      `missing or altered: ${altered.join(', ')}. Somebody changed the audit. ${RESTORE}`,
    );
  checkPages(
    path,
    sqlite,
    found.map((table) => table.name),
  );
};
