import { createHash } from 'node:crypto';
import { appendAudit } from '../audit/append.ts';
import type { AuditEvent } from '../audit/event.ts';
import { queryAudit } from '../audit/query.ts';
import { immediate } from '../open.ts';
import type { Address, Envelope } from '../queue/queue.ts';
import { openSeal } from '../queue/sealed.ts';
import type { Ledger } from './ledger.ts';

/** Keys of workers by address (SPKI in base64), as the configuration pins them; null = each is enrolled when it is first heard. */
export type PinnedKeys = ReadonlyMap<Address, string> | null;

/** The audit has at most one record of forged messages in so long (ms): whoever writes to the queue cannot fill the disk. */
export const FORGED_EVERY = 60_000;

/** The key that was enrolled for an address: the record of it in the sealed log is what holds. */
const enrolledKey = ({ db }: Ledger, address: Address): string | undefined => {
  const [record] = queryAudit(db, { kind: 'worker.enrolled', person: `worker:${address}`, limit: 1 });
  const key = record?.facts['key'];
  return typeof key === 'string' ? key : undefined;
};

const enrol = (ledger: Ledger, address: Address, key: string): void => {
  const sha256 = createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex');
  const event = { kind: 'worker.enrolled' as const, actor: { worker: address }, facts: { key, sha256 } };
  appendAudit(ledger.db, event, ledger.now());
};

/** The key that speaks for an address; one that was never heard of is enrolled with the key it came with. */
const keyFor = (ledger: Ledger, address: Address, offered: string): string =>
  immediate(ledger.db, () => {
    const known = enrolledKey(ledger, address);
    if (known === undefined) enrol(ledger, address, offered);
    return known ?? offered;
  });

/** Puts forged messages on record, now and then, with how many there were since. */
const forgeries = (ledger: Ledger): ((envelope: Envelope, why: string) => void) => {
  let since = Number.NEGATIVE_INFINITY;
  let more = 0;
  return ({ from, id }, why) => {
    const at = ledger.now();
    more += 1;
    if (at - since < FORGED_EVERY) return;
    const facts = { from, message: id, why, count: more };
    const event: AuditEvent = { kind: 'report.forged', actor: { system: 'ledger' }, facts };
    immediate(ledger.db, () => appendAudit(ledger.db, event, at));
    since = at;
    more = 0;
  };
};

/**
 * Opens what workers signed. A worker speaks with one key: the one that the configuration pins, which then names all there
 * are, or else the one it was first heard with. What is not signed by it is put on record and goes no further.
 */
export const openReports = (
  ledger: Ledger,
  pinned: PinnedKeys,
): ((envelope: Envelope) => Envelope | undefined) => {
  const known = new Map<Address, string>(pinned ?? []);
  const forged = forgeries(ledger);
  return (envelope) => {
    const { from } = envelope;
    const opened = openSeal(envelope);
    if (!opened) {
      forged(envelope, 'not signed');
      return undefined;
    }
    if (!known.has(from) && !pinned) known.set(from, keyFor(ledger, from, opened.key));
    if (known.get(from) === opened.key) return opened.envelope;
    forged(envelope, known.has(from) ? 'signed with another key' : 'its key is not in the configuration');
    return undefined;
  };
};
