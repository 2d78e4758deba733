import type { ChangeId } from '#policies/ids';
import type { Json } from '#policies/json';
import type { Report } from '#policies/report';
import { appendAudit, type Head } from '../audit/append.ts';
import type { AuditActor, AuditEvent } from '../audit/event.ts';
import type { OpenDatabase } from '../open.ts';
import { enqueue } from '../queue/outbox.ts';

/**
 * The worker's memory: one SQLite file, a clock (ms), a source of random bytes, and this worker's own address
 * (`node.<site>.<node>`). Every store function takes it first, is synchronous, and is one transaction.
 */
export type Journal = {
  readonly db: OpenDatabase;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly address: string;
};

/** Hands a report for the bot to the outbox; part of the caller's transaction. */
export const tell = (journal: Journal, report: Report): void =>
  enqueue(journal.db, {
    to: 'bot',
    // A report is JSON by its schema; a field that is left out is only undefined to the compiler.
    body: report as Json,
    at: journal.now(),
    id: `r${Buffer.from(journal.random(16)).toString('hex')}`,
  });

/** What happened, for the audit; the actor is this worker unless a person stands behind it. */
export type Note = Pick<AuditEvent, 'kind' | 'facts'> & {
  readonly change?: ChangeId;
  readonly target?: string;
  readonly actor?: AuditActor;
};

/** Writes one record of the worker's own chain; part of the caller's transaction. */
export const note = (journal: Journal, { actor, ...event }: Note): Head =>
  appendAudit(journal.db, { ...event, actor: actor ?? { worker: journal.address } }, journal.now());
