import { type KeyObject, verify } from 'node:crypto';
import type { ChangeId, PlanHash } from '#policies/ids';
import { readWith } from '#policies/read-with';
import { no, ok, type Result } from '#policies/result';
import { CodeUse } from '#policies/second-factor';
import { Choice, type SignedTicket, Ticket, Verdict } from '#policies/ticket';
import type { WorkerRefusal } from '#policies/worker-refusal';

type TicketRefusal = Extract<WorkerRefusal, { no: 'ticket' }>;

const refuse = (why: TicketRefusal['why']): Result<never, TicketRefusal> => no({ no: 'ticket', why });

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Signed, and still no JSON: the schema below says so.
    return undefined;
  }
};

/** What a ticket must be about, and which worker it must be for; `now` in ms. */
export type Expected = {
  readonly worker: string;
  readonly change: ChangeId;
  readonly hash: PlanHash;
  readonly now: number;
};

/**
 * Believes a ticket: signed over exactly this text by the pinned key (Ed25519), for this worker, this change and the plan
 * that is stored here, not expired. Whether its nonce is fresh is decided by the journal's claim.
 */
export const checkTicket = (
  key: KeyObject,
  { text, signature }: SignedTicket,
  { worker, change, hash, now }: Expected,
): Result<Ticket, TicketRefusal> => {
  if (!verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))) return refuse('signature');
  const read = readWith(Ticket, readJson(text));
  if (!read.success) return refuse('malformed');
  if (read.data.worker !== worker) return refuse('other-worker');
  if (read.data.change !== change || read.data.plan !== hash) return refuse('other-plan');
  return now < read.data.expires ? ok(read.data) : refuse('expired');
};

/** A verdict about this change for this worker, signed by the pinned key; undefined for anything else, a ticket too. */
export const readVerdict = (
  key: KeyObject,
  { text, signature }: SignedTicket,
  { worker, change }: Pick<Expected, 'worker' | 'change'>,
): Verdict | undefined => {
  if (!verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))) return undefined;
  const read = readWith(Verdict, readJson(text));
  return read.success && read.data.change === change && read.data.worker === worker ? read.data : undefined;
};

/** A choice about this plan of this change for this worker, signed by the pinned key; undefined for anything else. */
export const readChoice = (
  key: KeyObject,
  { text, signature }: SignedTicket,
  { worker, change, hash }: Omit<Expected, 'now'>,
): Choice | undefined => {
  if (!verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))) return undefined;
  const read = readWith(Choice, readJson(text));
  if (!read.success || read.data.change !== change || read.data.worker !== worker) return undefined;
  return read.data.plan === hash ? read.data : undefined;
};

/** What a code is for, signed by the pinned key for this worker and not too old; undefined for anything else. */
export const readCodeUse = (
  key: KeyObject,
  { text, signature }: SignedTicket,
  { worker, now }: Pick<Expected, 'worker' | 'now'>,
): CodeUse | undefined => {
  if (!verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))) return undefined;
  const read = readWith(CodeUse, readJson(text));
  return read.success && read.data.worker === worker && now < read.data.expires ? read.data : undefined;
};
