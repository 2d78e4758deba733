import { type KeyObject, sign } from 'node:crypto';
import type { Rules } from '#policies/rules/schema';
import type { CodeUse } from '#policies/second-factor';
import type { Choice, SignedTicket, Ticket, Verdict } from '#policies/ticket';
import { canonical } from '../canonical.ts';
import type { Ledger } from './ledger.ts';
import { type InForce, rulesNow } from './rules-in-force.ts';

/** What decisions are taken with: the rules in force, each time they are read, and the key that signs tickets (Ed25519). */
export type Authority = {
  readonly rules: Rules;
  readonly digest: string;
  readonly key: KeyObject;
};

const inForce = (ledger: Ledger): InForce => {
  const now = rulesNow(ledger);
  if (!now) throw new Error('no rules were ever put in force');
  return now;
};

/** The authority of a ledger: whoever looks at its rules sees those of that moment. */
export const openAuthority = (ledger: Ledger, key: KeyObject): Authority => ({
  get rules() {
    return inForce(ledger).rules;
  },
  get digest() {
    return inForce(ledger).digest;
  },
  key,
});

/** The canonical text of a ticket, a verdict, a choice or what a code is for, and its signature; the worker believes exactly this text. */
export const signTicket = ({ key }: Authority, ticket: Ticket | Verdict | Choice | CodeUse): SignedTicket => {
  const text = canonical(ticket);
  return { text, signature: sign(null, Buffer.from(text), key).toString('base64') };
};
