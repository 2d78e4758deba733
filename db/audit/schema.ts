import type { Database } from 'better-sqlite3';

type SchemaObject = { readonly name: string; readonly sql: string };

const object = (name: string, sql: string): SchemaObject => ({ name, sql });

/** What the first record names as the hash before it. */
export const GENESIS = '0'.repeat(64);

/** Who acted, as one text: a person's id, else `worker:…`, `cli:…`, `system:…`, or the account that nobody is linked to. */
const ACTOR = `coalesce(
    json_extract(line, '$.actor.person'),
    'worker:' || json_extract(line, '$.actor.worker'),
    'cli:' || json_extract(line, '$.actor.cli'),
    'system:' || json_extract(line, '$.actor.system'),
    json_extract(line, '$.actor.account'))`;

const AUDIT = `CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  line TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT`;

/**
 * What a line says, as columns to search by. A view, because a STRICT table computes generated columns twice for every
 * record, for its triggers and for its types.
 */
const RECORD = `CREATE VIEW audit_record AS SELECT
  seq, line, hash,
  json_extract(line, '$.at') AS at,
  json_extract(line, '$.kind') AS kind,
  ${ACTOR} AS actor,
  json_extract(line, '$.target') AS target,
  json_extract(line, '$.change') AS change
FROM audit`;

const CHECKPOINT = `CREATE TABLE audit_checkpoint (
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT`;

/**
 * Which records name a person, target or change, for terms.ts. An index on each column would write three more pages
 * with every record, which at synchronous=FULL costs half an append; terms are written many at a time and share pages.
 */
const TERM = `CREATE TABLE audit_term (
  term TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (term, seq)
) STRICT, WITHOUT ROWID`;

const CHAIN = `CREATE TRIGGER audit_chain BEFORE INSERT ON audit BEGIN
  SELECT raise(ABORT, 'audit: seq must follow the last record')
    WHERE NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
       OR json_extract(NEW.line, '$.seq') IS NOT NEW.seq;
  SELECT raise(ABORT, 'audit: at must be a whole number')
    WHERE json_type(NEW.line, '$.at') IS NOT 'integer';
  SELECT raise(ABORT, 'audit: prev must be the hash of the last record')
    WHERE json_extract(NEW.line, '$.prev')
      IS NOT coalesce((SELECT hash FROM audit WHERE seq = NEW.seq - 1), '${GENESIS}');
END`;

const never = (table: string, verb: 'UPDATE' | 'DELETE'): SchemaObject => {
  const name = `${table}_no_${verb.toLowerCase()}`;
  const body = `SELECT raise(ABORT, '${table}: records are never changed or removed');`;
  return object(name, `CREATE TRIGGER ${name} BEFORE ${verb} ON ${table} BEGIN ${body} END`);
};

/** Every table, view and trigger of the audit, in order of creation. */
export const AUDIT_OBJECTS: readonly SchemaObject[] = [
  object('audit', AUDIT),
  object('audit_record', RECORD),
  object('audit_term', TERM),
  object('audit_checkpoint', CHECKPOINT),
  object('audit_chain', CHAIN),
  never('audit', 'UPDATE'),
  never('audit', 'DELETE'),
  never('audit_term', 'UPDATE'),
  never('audit_term', 'DELETE'),
  never('audit_checkpoint', 'UPDATE'),
  never('audit_checkpoint', 'DELETE'),
];

/** Names of the objects that are missing from a file, or that are not as they were made. */
export const alteredObjects = (sqlite: Database): readonly string[] => {
  const find = sqlite.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck();
  return AUDIT_OBJECTS.filter(({ name, sql }) => find.get(name) !== sql).map(({ name }) => name);
};
