import { type Database, SqliteError, type Statement } from 'better-sqlite3';
import { canonical, sha256 } from '../canonical.ts';
import type { OpenDatabase } from '../open.ts';
import type { AuditEvent } from './event.ts';
import { GENESIS } from './schema.ts';

/** The last record of a chain; seq 0 and GENESIS while it has none. */
export type Head = { readonly seq: number; readonly hash: string };

type Chain = {
  readonly last: Statement<[], Head>;
  readonly insert: Statement<[number, string, string]>;
  /** The record that this process wrote last; what became of it, only the file knows. */
  known: Head | undefined;
};

const chains = new WeakMap<Database, Chain>();

const chainOf = (sqlite: Database): Chain => {
  const found = chains.get(sqlite);
  if (found) return found;
  const made: Chain = {
    last: sqlite.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1'),
    insert: sqlite.prepare('INSERT INTO audit (seq, line, hash) VALUES (?, ?, ?)'),
    known: undefined,
  };
  chains.set(sqlite, made);
  return made;
};

const lastOf = ({ last }: Chain): Head => last.get() ?? { seq: 0, hash: GENESIS };

/** The last record of the chain. */
export const auditHead = ({ sqlite }: OpenDatabase): Head => lastOf(chainOf(sqlite));

type Entry = { readonly event: AuditEvent; readonly at: number };

/** The record as `canonical` would write it: its own keys stand here in their order, what they hold is written by it. */
const lineOf = ({ seq, hash: prev }: Head, { event, at }: Entry): string => {
  const { kind, actor, target, change, facts } = event;
  const changed = change === undefined ? '' : `"change":${canonical(change)},`;
  const aimed = target === undefined ? '' : `,"target":${canonical(target)}`;
  const told = `"facts":${canonical(facts)},"kind":${canonical(kind)}`;
  return `{"actor":${canonical({ ...actor })},"at":${canonical(at)},${changed}${told},"prev":"${prev}","seq":${seq + 1}${aimed}}`;
};

const appendAfter = (last: Head, { insert }: Chain, entry: Entry): Head => {
  const line = lineOf(last, entry);
  const head = { seq: last.seq + 1, hash: sha256(line) };
  insert.run(head.seq, line, head.hash);
  return head;
};

/** The trigger's no to a record that does not follow the last one in the file. */
const isBehind = (error: unknown): boolean =>
  error instanceof SqliteError && error.code === 'SQLITE_CONSTRAINT_TRIGGER';

/**
 * After the record that was written last here; where that was rolled back since, or another process wrote, the trigger
 * refuses it, and it goes after the one that the file has.
 */
const appendTo = (chain: Chain, entry: Entry): Head => {
  if (!chain.known) return appendAfter(lastOf(chain), chain, entry);
  try {
    return appendAfter(chain.known, chain, entry);
  } catch (error) {
    if (!isBehind(error)) throw error;
    return appendAfter(lastOf(chain), chain, entry);
  }
};

/**
 * Writes one record at the end of the chain, `at` in ms, and gives its seq and hash. It belongs inside the transaction
 * of what it tells of and throws outside of one: no record, no change.
 */
export const appendAudit = ({ sqlite }: OpenDatabase, event: AuditEvent, at: number): Head => {
  if (!sqlite.inTransaction) throw new Error('an audit record is written in the transaction of its change');
  const chain = chainOf(sqlite);
  chain.known = appendTo(chain, { event, at });
  return chain.known;
};
