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
  hash TEXT NOT NULL,
  at INTEGER AS (json_extract(line, '$.at')) VIRTUAL,
  kind TEXT AS (json_extract(line, '$.kind')) VIRTUAL,
  actor TEXT AS (${ACTOR}) VIRTUAL,
  target TEXT AS (json_extract(line, '$.target')) VIRTUAL,
  change TEXT AS (json_extract(line, '$.change')) VIRTUAL
) STRICT`;

const CHECKPOINT = `CREATE TABLE audit_checkpoint (
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT`;

const CHAIN = `CREATE TRIGGER audit_chain BEFORE INSERT ON audit BEGIN
  SELECT raise(ABORT, 'audit: seq must follow the last record')
    WHERE NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
       OR json_extract(NEW.line, '$.seq') IS NOT NEW.seq;
  SELECT raise(ABORT, 'audit: prev must be the hash of the last record')
    WHERE json_extract(NEW.line, '$.prev')
      IS NOT coalesce((SELECT hash FROM audit WHERE seq = NEW.seq - 1), '${GENESIS}');
END`;

const never = (table: string, verb: 'UPDATE' | 'DELETE'): SchemaObject => {
  const name = `${table}_no_${verb.toLowerCase()}`;
  const body = `SELECT raise(ABORT, '${table}: records are never changed or removed');`;
  return object(name, `CREATE TRIGGER ${name} BEFORE ${verb} ON ${table} BEGIN ${body} END`);
};

/**
 * Every table, index and trigger of the audit, in order of creation. `seq` is the rowid, which each index carries at its
 * end, so that pages by seq need no sort.
 */
export const AUDIT_OBJECTS: readonly SchemaObject[] = [
  object('audit', AUDIT),
  object('audit_checkpoint', CHECKPOINT),
  object('audit_at', 'CREATE INDEX audit_at ON audit (at)'),
  object('audit_actor', 'CREATE INDEX audit_actor ON audit (actor)'),
  object('audit_target', 'CREATE INDEX audit_target ON audit (target) WHERE target IS NOT NULL'),
  object('audit_change', 'CREATE INDEX audit_change ON audit (change) WHERE change IS NOT NULL'),
  object('audit_chain', CHAIN),
  never('audit', 'UPDATE'),
  never('audit', 'DELETE'),
  never('audit_checkpoint', 'UPDATE'),
  never('audit_checkpoint', 'DELETE'),
];

/** Names of the objects that are missing from a file, or that are not as they were made. */
export const alteredObjects = (sqlite: Database): readonly string[] => {
  const find = sqlite.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck();
  return AUDIT_OBJECTS.filter(({ name, sql }) => find.get(name) !== sql).map(({ name }) => name);
};
