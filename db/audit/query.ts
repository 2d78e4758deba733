import type { Database, Statement } from 'better-sqlite3';
import type { Json } from '#policies/json';
import type { OpenDatabase } from '../open.ts';
import { auditHead } from './append.ts';
import type { AuditActor, AuditKind } from './event.ts';
import { BATCH, findableUpTo, makeFindable, termFor } from './terms.ts';

/** Which records; all that is given must hold. `person` is a person's id, or `worker:…`, `cli:…`; from/until in ms. */
export type AuditFilter = {
  readonly target?: string;
  readonly person?: string;
  readonly change?: string;
  readonly kind?: AuditKind;
  readonly from?: number;
  readonly until?: number;
};

/** One page: the `limit` newest records older than record `before`. */
export type AuditPage = AuditFilter & { readonly before?: number; readonly limit: number };

/** A record as it stands in the log; `hash` is the sha256 of its line. */
export type AuditRecord = {
  readonly seq: number;
  readonly at: number;
  readonly kind: AuditKind;
  readonly actor: AuditActor;
  readonly target?: string;
  readonly change?: string;
  readonly facts: { readonly [name: string]: Json };
  readonly prev: string;
  readonly hash: string;
};

const CONDITIONS: { readonly [key in keyof Required<AuditPage>]?: string } = {
  target: 'target = @target',
  person: 'actor = @person',
  change: 'change = @change',
  kind: 'kind = @kind',
  from: 'at >= @from',
  until: 'at < @until',
  before: 'seq < @before',
};

/** The WHERE clause for the given keys; values are always bound. */
export const whereOf = (given: Partial<AuditPage>): string => {
  const parts = Object.entries(CONDITIONS).flatMap(([key, sql]) => (key in given ? [sql] : []));
  return parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '';
};

type Row = { readonly line: string; readonly hash: string };
type Bound = AuditPage & { readonly term?: string; readonly findable?: number };
type Page = Statement<[Bound], Row>;

const prepared = new WeakMap<Database, Map<string, Page>>();

const select = (sqlite: Database, sql: string): Page => {
  const known = prepared.get(sqlite) ?? new Map<string, Page>();
  prepared.set(sqlite, known);
  const found = known.get(sql);
  if (found) return found;
  const made: Page = sqlite.prepare(sql);
  known.set(sql, made);
  return made;
};

/** The term that fewest records have, of those the filter gives; undefined where it gives none. */
const termOf = ({ change, target, person }: AuditFilter): string | undefined => {
  if (change !== undefined) return termFor('change', change);
  if (target !== undefined) return termFor('target', target);
  return person === undefined ? undefined : termFor('actor', person);
};

const NEWEST = 'ORDER BY seq DESC LIMIT @limit';

/** Records that have a term: the newest one by one, then those whose terms are written. */
const withTerm = (db: OpenDatabase, page: AuditPage, term: string): readonly Row[] => {
  if (auditHead(db).seq - findableUpTo(db) > BATCH) makeFindable(db);
  const findable = findableUpTo(db);
  const where = whereOf(page);
  const newest = select(
    db.sqlite,
    `SELECT line, hash FROM audit_record ${where} AND seq > @findable ${NEWEST}`,
  );
  const found = newest.all({ ...page, findable });
  const limit = page.limit - found.length;
  if (limit === 0) return found;
  // CROSS JOIN keeps the order: the terms lead, already sorted by seq.
  const older = select(
    db.sqlite,
    `SELECT line, hash FROM audit_term CROSS JOIN audit_record USING (seq) ${where} AND term = @term ${NEWEST}`,
  );
  return [...found, ...older.all({ ...page, term, limit })];
};

/** The newest records that match, newest first; the last one's seq is the `before` of the next page. */
export const queryAudit = (db: OpenDatabase, page: AuditPage): readonly AuditRecord[] => {
  const term = termOf(page);
  const rows =
    term === undefined
      ? select(db.sqlite, `SELECT line, hash FROM audit_record ${whereOf(page)} ${NEWEST}`).all(page)
      : withTerm(db, page, term);
  return rows.map(({ line, hash }) => ({ ...JSON.parse(line), hash }));
};
