import type { Database, Statement } from 'better-sqlite3';
import { immediate, type OpenDatabase } from '../open.ts';

/** What records are found by: the columns of audit_record. */
const FOUND_BY = ['change', 'target', 'actor'] as const;

/** A search looks through at most so many records without terms one by one; then it writes their terms first. */
export const BATCH = 256;

/** The term of the mark: its newest seq is the last record whose terms are written. */
const MARK = '';

type Column = (typeof FOUND_BY)[number];

/** The term of a record that has this value in this column. */
export const termFor = (column: Column, value: string): string => `${column} ${value}`;

type Row = { readonly seq: number } & { readonly [C in Column]: string | null };

type Statements = {
  readonly marked: Statement<[], number>;
  readonly columns: Statement<[number], Row>;
  readonly insert: Statement<[string]>;
};

const prepared = new WeakMap<Database, Statements>();

const statements = (sqlite: Database): Statements => {
  const known = prepared.get(sqlite);
  if (known) return known;
  const made: Statements = {
    marked: sqlite
      .prepare<[], number>(`SELECT coalesce(max(seq), 0) FROM audit_term WHERE term = '${MARK}'`)
      .pluck(),
    columns: sqlite.prepare(
      'SELECT seq, change, target, actor FROM audit_record WHERE seq > ? ORDER BY seq LIMIT 20000',
    ),
    insert: sqlite.prepare('INSERT INTO audit_term SELECT value->>0, value->>1 FROM json_each(?)'),
  };
  prepared.set(sqlite, made);
  return made;
};

/** The last record that is found by its terms; those after it have none yet. */
export const findableUpTo = ({ sqlite }: OpenDatabase): number => statements(sqlite).marked.get() ?? 0;

/** Writes the terms of the next records that have none; false when none is left. */
const writeSome = (db: OpenDatabase): boolean => {
  const { columns, insert } = statements(db.sqlite);
  const rows = columns.all(findableUpTo(db));
  const last = rows.at(-1);
  if (!last) return false;
  const terms: [term: string, seq: number][] = [[MARK, last.seq]];
  for (const row of rows)
    for (const column of FOUND_BY) {
      const value = row[column];
      if (value !== null) terms.push([termFor(column, value), row.seq]);
    }
  // In the order of the table, so that what shares a page comes together.
  terms.sort(([a], [b]) => (a < b ? -1 : 1));
  insert.run(JSON.stringify(terms));
  return true;
};

/**
 * Writes the terms of every record that has none yet, about 5 µs each. Appending leaves them out, because a commit that
 * touches three more pages takes half as long again; searches and housekeeping make up for it.
 */
export const makeFindable = (db: OpenDatabase): void => {
  while (immediate(db, () => writeSome(db)));
};
