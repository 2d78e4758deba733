import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { OpenDatabase } from './open.ts';

/**
 * A query that is built once for each open file, for those on the road of a press or an answer: drizzle takes several
 * times as long to build one as SQLite to run it. What differs from run to run is a placeholder.
 */
export const once = <Q extends object>(
  build: (orm: BetterSQLite3Database) => Q,
): ((db: Pick<OpenDatabase, 'orm'>) => Q) => {
  const built = new WeakMap<BetterSQLite3Database, Q>();
  return ({ orm }) => {
    const known = built.get(orm);
    if (known) return known;
    const made = build(orm);
    built.set(orm, made);
    return made;
  };
};
