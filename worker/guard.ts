import type { KeyObject } from 'node:crypto';
import type { Plan } from '#policies/plan';
import { no, ok, type Result } from '#policies/result';
import type { SignedTicket, Ticket } from '#policies/ticket';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { absolutelyDenied, type OwnFiles, type RealPath } from './guard/absolute.ts';
import { type NodePolicy, refusedByNode, tooFewVotes } from './guard/node-policy.ts';
import { checkTicket, type Expected } from './guard/ticket.ts';

/** What the node trusts and what it never gives up, fixed at the start. */
export type Guard = {
  readonly botKey: KeyObject;
  readonly policy: NodePolicy;
  readonly own: OwnFiles;
  readonly real: RealPath;
};

/** What would be refused whoever agreed; looked at when the plan is made and again before it runs. */
export const refusedAnyway = (guard: Guard, plan: Plan): WorkerRefusal | undefined =>
  refusedByNode(guard.policy, plan) ?? absolutelyDenied(plan, { files: guard.own, real: guard.real });

/**
 * May this stored plan run? Ticket first (signature, plan, expiry), then the node's own floor, then what nothing allows.
 * A stolen bot token, a forged message or a Redis in other hands ends here.
 */
export const admit = (
  guard: Guard,
  plan: Plan,
  { ticket: signed, ...expected }: Expected & { readonly ticket: SignedTicket },
): Result<Ticket, WorkerRefusal> => {
  const ticket = checkTicket(guard.botKey, signed, expected);
  if (!ticket.ok) return ticket;
  const refusal = refusedAnyway(guard, plan) ?? tooFewVotes(guard.policy, plan, ticket.value);
  return refusal ? no(refusal) : ok(ticket.value);
};
