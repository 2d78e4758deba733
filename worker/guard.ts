import type { KeyObject } from 'node:crypto';
import type { Plan } from '#policies/plan';
import { no, ok, type Result } from '#policies/result';
import type { SignedTicket, Ticket } from '#policies/ticket';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { absolutelyDenied, type OwnFiles, type RealPath } from './guard/absolute.ts';
import { type Here, refusedElsewhere } from './guard/here.ts';
import { type NodePolicy, policyUnusable, refusedByNode, tooFewVotes } from './guard/node-policy.ts';
import type { ReadPolicy } from './guard/read-policy.ts';
import { checkTicket, type Expected } from './guard/ticket.ts';

/** What the node trusts and what it never gives up, fixed at the start; its floor is read anew each time. */
export type Guard = {
  readonly botKey: KeyObject;
  readonly policy: ReadPolicy;
  readonly here: Here;
  readonly own: OwnFiles;
  readonly real: RealPath;
};

const refusedUnder = (guard: Guard, policy: NodePolicy, plan: Plan): WorkerRefusal | undefined =>
  refusedElsewhere(guard.here, plan) ??
  refusedByNode(policy, plan) ??
  absolutelyDenied(plan, { files: guard.own, real: guard.real });

/**
 * What would be refused whoever agreed; looked at when the plan is made and again before it runs. A floor that cannot be
 * read refuses everything.
 */
export const refusedAnyway = (guard: Guard, plan: Plan): WorkerRefusal | undefined => {
  const policy = guard.policy();
  return policy.ok ? refusedUnder(guard, policy.value, plan) : policyUnusable(plan);
};

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
  const policy = guard.policy();
  if (!policy.ok) return no(policyUnusable(plan));
  const refusal = refusedUnder(guard, policy.value, plan) ?? tooFewVotes(policy.value, plan, ticket.value);
  return refusal ? no(refusal) : ok(ticket.value);
};
