import { auditHead } from '../audit/append.ts';
import { appendCheckpoint } from '../audit/checkpoint.ts';
import { makeFindable } from '../audit/terms.ts';
import { pruneInbox } from '../queue/inbox.ts';
import { pruneOutbox } from '../queue/outbox.ts';
import type { Authority } from './authority.ts';
import { pruneCodes } from './codes.ts';
import { pruneInbound } from './inbound.ts';
import type { Ledger } from './ledger.ts';
import { pruneNotices } from './notices.ts';

/** A checkpoint is signed when this many records came since the last one. */
export const SEAL_EVERY = 100;

const sealedUpTo = ({ db }: Ledger): number =>
  db.sqlite.prepare<[], number>('SELECT coalesce(max(size), 0) FROM audit_checkpoint').pluck().get() ?? 0;

/**
 * Signs the audit's chain as it stands, so that a cut or rewritten log no longer fits, and makes its records findable; the
 * note, or undefined where none is due.
 */
export const sealAudit = (ledger: Ledger, { key }: Authority, due = SEAL_EVERY): string | undefined => {
  if (auditHead(ledger.db).seq - sealedUpTo(ledger) < due) return undefined;
  makeFindable(ledger.db);
  return appendCheckpoint(ledger.db, { origin: 'quorate/ledger', key, at: ledger.now() });
};

/** Forgets messages and events that can no longer be needed. Once a day is often enough. */
export const prune = (ledger: Ledger): void => {
  const { db, now } = ledger;
  pruneOutbox(db, now());
  pruneInbox(db, now());
  pruneInbound(ledger);
  pruneNotices(ledger);
  pruneCodes(ledger);
};
