import type { Database, Statement } from 'better-sqlite3';

const compiled = new WeakMap<Database, Map<string, Statement>>();

/** What a look at the file gives, compiled once for each open file: thousands of plays ask the same after each step. */
export const rowsOf = <R>(sqlite: Database, text: string, ...values: readonly number[]): R[] => {
  const known = compiled.get(sqlite) ?? new Map<string, Statement>();
  compiled.set(sqlite, known);
  const statement = known.get(text) ?? sqlite.prepare(text);
  known.set(text, statement);
  // Whoever asks names the columns and what is in them.
  return statement.all(...values) as R[];
};
