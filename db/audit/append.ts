import type { Database, Statement } from 'better-sqlite3';
import { canonical, sha256 } from '../canonical.ts';
import type { OpenDatabase } from '../open.ts';
import type { AuditEvent } from './event.ts';
import { GENESIS } from './schema.ts';

export type { AuditActor, AuditEvent } from './event.ts';

/** The last record of a chain; seq 0 and GENESIS while it has none. */
export type Head = { readonly seq: number; readonly hash: string };

type Statements = {
  readonly last: Statement<[], Head>;
  readonly insert: Statement<[number, string, string]>;
};

const prepared = new WeakMap<Database, Statements>();

const statements = (sqlite: Database): Statements => {
  const known = prepared.get(sqlite);
  if (known) return known;
  const made: Statements = {
    last: sqlite.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1'),
    insert: sqlite.prepare('INSERT INTO audit (seq, line, hash) VALUES (?, ?, ?)'),
  };
  prepared.set(sqlite, made);
  return made;
};

/** The last record of the chain. */
export const auditHead = ({ sqlite }: OpenDatabase): Head =>
  statements(sqlite).last.get() ?? { seq: 0, hash: GENESIS };

/**
 * Writes one record at the end of the chain, `at` in ms, and gives its seq and hash. It belongs inside the transaction
 * of what it tells of and throws outside of one: no record, no change.
 */
export const appendAudit = (db: OpenDatabase, event: AuditEvent, at: number): Head => {
  if (!db.sqlite.inTransaction)
    throw new Error('an audit record is written in the transaction of its change');
  const { seq: last, hash: prev } = auditHead(db);
  const seq = last + 1;
  const { kind, actor, target, change, facts } = event;
  const line = canonical({
    seq,
    prev,
    at,
    kind,
    actor: { ...actor },
    ...(target === undefined ? {} : { target }),
    ...(change === undefined ? {} : { change }),
    facts,
  });
  const hash = sha256(line);
  statements(db.sqlite).insert.run(seq, line, hash);
  return { seq, hash };
};
