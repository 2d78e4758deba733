import type { KeyObject } from 'node:crypto';
import { lastingSteps } from '#policies/change/revert';
import type { Plan } from '#policies/plan';
import { no, ok, type Result } from '#policies/result';
import type { SignedTicket, Ticket } from '#policies/ticket';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { absolutelyDenied, type OwnFiles, type RealPath } from './guard/absolute.ts';
import { elsewhere, type Here } from './guard/here.ts';
import { type NodePolicy, refusedByNode, tooFewVotes } from './guard/node-policy.ts';
import type { ReadPolicy } from './guard/policy-file.ts';
import { type Proved, unproved } from './guard/second-factor.ts';
import { checkTicket, type Expected } from './guard/ticket.ts';
import { outsideText } from './outside-text.ts';

/** Most of what is wrong with a policy that people are told (characters). */
const MOST = 500;

/** What the node trusts and what it never gives up, fixed at the start; what it permits is asked each time. */
export type Guard = {
  readonly here: Here;
  readonly botKey: KeyObject;
  readonly policy: ReadPolicy;
  readonly own: OwnFiles;
  readonly real: RealPath;
};

/** The floor as it is now. One that nobody can read permits nothing. */
const floorNow = ({ policy }: Guard): Result<NodePolicy, WorkerRefusal> => {
  const floor = policy();
  if (floor.ok) return floor;
  const why = floor.error.map(({ at, expected }) => `${at}: expected ${expected}`).join('; ');
  return no({ no: 'node-policy-unreadable', why: outsideText(why, MOST) });
};

/** The places of Quorate's own files are looked up where a plan changes a file, not for every call of the API. */
const ownOf = (guard: Guard) => ({
  get files(): OwnFiles {
    return guard.own;
  },
  real: guard.real,
});

const refusedBy = (floor: NodePolicy, guard: Guard, plan: Plan): WorkerRefusal | undefined =>
  elsewhere(guard.here, plan) ?? refusedByNode(floor, plan) ?? absolutelyDenied(plan, ownOf(guard));

/** What would be refused whoever agreed; looked at when the plan is made and again before it runs. */
export const refusedAnyway = (guard: Guard, plan: Plan): WorkerRefusal | undefined => {
  const floor = floorNow(guard);
  return floor.ok ? refusedBy(floor.value, guard, plan) : floor.error;
};

/** What is to be taken back unless it is kept must have a way back from each of its steps. */
const irrevocable = (plan: Plan, { revert }: Ticket): WorkerRefusal | undefined => {
  const steps = revert === null ? [] : lastingSteps(plan);
  return steps.length > 0 ? { no: 'cannot-revert', steps: [...steps] } : undefined;
};

/**
 * May this stored plan run? Ticket first (signature, plan, expiry), then the node's own floor, then what nothing allows, then
 * whether everybody who agreed proved it here where a second factor is wanted.
 * A stolen bot token, a forged message or a Redis in other hands ends here.
 */
export const admit = (
  guard: Guard,
  plan: Plan,
  {
    ticket: signed,
    proved,
    ...expected
  }: Expected & { readonly ticket: SignedTicket; readonly proved: Proved },
): Result<Ticket, WorkerRefusal> => {
  const ticket = checkTicket(guard.botKey, signed, expected);
  if (!ticket.ok) return ticket;
  const floor = floorNow(guard);
  if (!floor.ok) return floor;
  const refusal =
    refusedBy(floor.value, guard, plan) ??
    tooFewVotes(floor.value, plan, ticket.value) ??
    irrevocable(plan, ticket.value) ??
    unproved(floor.value, plan, { ticket: ticket.value, proved });
  return refusal ? no(refusal) : ok(ticket.value);
};
