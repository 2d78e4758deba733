import { type KeyObject, sign } from 'node:crypto';
import type { Rules } from '#policies/rules/schema';
import type { CodeUse } from '#policies/second-factor';
import type { SignedTicket, Ticket, Verdict } from '#policies/ticket';
import { canonical } from '../canonical.ts';

/** What decisions are taken with: the rules in force and the key that signs tickets (Ed25519). */
export type Authority = {
  readonly rules: Rules;
  readonly digest: string;
  readonly key: KeyObject;
};

/** The canonical text of a ticket, a verdict or what a code is for, and its signature; the worker believes exactly this text. */
export const signTicket = ({ key }: Authority, ticket: Ticket | Verdict | CodeUse): SignedTicket => {
  const text = canonical(ticket);
  return { text, signature: sign(null, Buffer.from(text), key).toString('base64') };
};
