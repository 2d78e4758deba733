import type { Database, Statement } from 'better-sqlite3';
import type { Json } from '#policies/json';
import type { OpenDatabase } from '../open.ts';
import type { AuditActor, AuditKind } from './event.ts';

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
type Page = Statement<[AuditPage], Row>;

const prepared = new WeakMap<Database, Map<string, Page>>();

const pageStatement = (sqlite: Database, where: string): Page => {
  const known = prepared.get(sqlite) ?? new Map<string, Page>();
  prepared.set(sqlite, known);
  const found = known.get(where);
  if (found) return found;
  const made: Page = sqlite.prepare(`SELECT line, hash FROM audit ${where} ORDER BY seq DESC LIMIT @limit`);
  known.set(where, made);
  return made;
};

/** The newest records that match, newest first; the last one's seq is the `before` of the next page. */
export const queryAudit = ({ sqlite }: OpenDatabase, page: AuditPage): readonly AuditRecord[] =>
  pageStatement(sqlite, whereOf(page))
    .all(page)
    .map(({ line, hash }) => ({ ...JSON.parse(line), hash }));
