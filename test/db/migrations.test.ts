import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import * as journal from '#db/journal/schema';
import * as changes from '#db/ledger/schema/changes';
import * as chats from '#db/ledger/schema/chats';
import * as people from '#db/ledger/schema/people';
import * as rules from '#db/ledger/schema/rules';
import * as workers from '#db/ledger/schema/workers';
import { openDatabase } from '#db/open';
import * as queue from '#db/queue/schema';
import { scratchFolder } from './audit/scratch.ts';

const SCHEMAS = {
  ledger: { ...changes, ...chats, ...people, ...rules, ...workers, ...queue },
  journal,
};
type Snapshot = Parameters<typeof generateSQLiteMigration>[0];
type Table = { readonly name: string; readonly strict: number };

const folderOf = (name: string): string => join(import.meta.dirname, '../../db/migrations', name);

const lastSnapshot = (name: string): Snapshot => {
  const meta = join(folderOf(name), 'meta');
  const last =
    readdirSync(meta)
      .filter((file) => file.endsWith('_snapshot.json'))
      .sort()
      .at(-1) ?? '';
  return JSON.parse(readFileSync(join(meta, last), 'utf8')) as Snapshot; // as drizzle-kit wrote it
};

const tablesOf = (sqlite: Database.Database): readonly Table[] =>
  sqlite
    .prepare<[], Table>(
      "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .all();

/** Columns, indexes and references of a table, whatever text made it. */
const shapeOf = (sqlite: Database.Database, { name }: Table): object => ({
  columns: sqlite.prepare('SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)').all(name),
  indexes: sqlite
    .prepare<[string], { name: string; unique: number }>(
      'SELECT name, "unique" FROM pragma_index_list(?) ORDER BY name',
    )
    .all(name)
    .map((index) => ({
      ...index,
      columns: sqlite.prepare('SELECT name FROM pragma_index_info(?)').all(index.name),
    })),
  references: sqlite
    .prepare('SELECT "table", "from", "to", on_delete FROM pragma_foreign_key_list(?)')
    .all(name),
});

describe('migrations', () => {
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    it(`drizzle-kit has nothing to add to those of the ${name}`, async () => {
      const [before, now] = [lastSnapshot(name), await generateSQLiteDrizzleJson(schema)];
      assert.ok(Object.keys(now.tables).length >= 5, 'it read the schema');
      assert.deepEqual(await generateSQLiteMigration(before, now), []);
    });

    it(`the tables that those of the ${name} make are the ones of its schema, all of them STRICT`, async (t) => {
      const empty = await generateSQLiteDrizzleJson({});
      const made = new Database(':memory:');
      const wanted = await generateSQLiteMigration(empty, await generateSQLiteDrizzleJson(schema));
      for (const sql of wanted) made.exec(sql);
      const path = join(scratchFolder(t), 'x.sqlite');
      const real = openDatabase({ path, migrations: name as keyof typeof SCHEMAS, now: () => 0 }); // a key of SCHEMAS
      t.after(real.close);
      for (const table of tablesOf(made)) {
        assert.ok(
          tablesOf(real.sqlite).some((other) => other.name === table.name),
          table.name,
        );
        assert.deepEqual(shapeOf(real.sqlite, table), shapeOf(made, table), table.name);
      }
      assert.deepEqual(
        tablesOf(real.sqlite).filter(({ strict }) => strict !== 1),
        [],
      );
    });
  }
});
