import { z } from 'zod';
import { ActionName } from '#policies/actions';
import type { Plan } from '#policies/plan';
import { higherRisk, Risk } from '#policies/risk';
import type { Ticket } from '#policies/ticket';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { actionOf } from './done-by.ts';

const count = z.int('a whole number of people').min(0).max(20);

/**
 * The node's own floor, in node-policy.yaml, written by whoever has root there; no bot can lower it. `deny`: actions that
 * never run here, nor does an undo that comes to the same. `frozen`: nothing runs. `votes`: how many different people besides the requester must have agreed, by
 * risk. `second_factor`: at these risks each of them must have proved it with a code on this very node. Where nothing is said the floor is that of the preset two-person, 1 for high and 2 for critical: rules that were
 * loosened in the bot are not enough to stop a guest. A site with one admin lowers it here, as root, on each node.
 * `break_glass`: whether a ticket that says the glass was broken needs those votes too. Whoever holds the bot's key can say so,
 * which is why only root on the node allows it.
 */
export const NodePolicy = z.strictObject({
  version: z.literal(1),
  deny: z.array(ActionName).default([]),
  frozen: z.boolean().default(false),
  break_glass: z.enum(['allow', 'deny']).default('deny'),
  votes: z
    .strictObject({
      low: count.default(0),
      medium: count.default(0),
      high: count.default(1),
      critical: count.default(2),
    })
    .prefault({}),
  second_factor: z.array(Risk).default([]),
});
export type NodePolicy = z.infer<typeof NodePolicy>;

/** The floor where the node has no file. */
export const DEFAULT_POLICY: NodePolicy = NodePolicy.parse({ version: 1 });

type PolicyRefusal = Extract<WorkerRefusal, { no: 'node-policy' }>;

const refuse = (rule: PolicyRefusal['rule'], risk: Risk, needs: number): PolicyRefusal => ({
  no: 'node-policy',
  rule,
  risk,
  needs,
});

/**
 * What the node refuses whoever agreed; asked at the plan already, so that nobody votes for nothing. An action is denied by
 * its name and by what it does: the undo of a start is a shutdown.
 */
export const refusedByNode = (
  policy: NodePolicy,
  { action, effects, risk }: Plan,
): PolicyRefusal | undefined => {
  if (policy.frozen) return refuse('frozen', risk, 0);
  const does = [action, ...effects.map(actionOf)];
  return policy.deny.some((name) => does.includes(name)) ? refuse('denied', risk, 0) : undefined;
};

/** Enough different people? The requester never counts, nobody counts twice, and the higher of the two risks rules. */
export const tooFewVotes = (policy: NodePolicy, plan: Plan, ticket: Ticket): PolicyRefusal | undefined => {
  const people = new Set(ticket.votes.map((vote) => vote.person));
  people.delete(ticket.requester);
  const risk = higherRisk(plan.risk, ticket.risk);
  const needs = policy.votes[risk];
  if (people.size >= needs) return undefined;
  if (ticket.glass === null) return refuse('too-few-votes', risk, needs);
  return policy.break_glass === 'allow' ? undefined : refuse('no-break-glass', risk, needs);
};
