import type { PersonId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import { higherRisk } from '#policies/risk';
import type { Ticket } from '#policies/ticket';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { NodePolicy } from './node-policy.ts';

/** Was a code of this person accepted on this node for the plan that is looked at? */
export type Proved = (person: PersonId) => boolean;

/**
 * The no where the ticket or the node itself wants a second factor and somebody who agreed has not proved it here. Where
 * nobody had to agree it is the requester who proves it. The bot's word counts for nothing.
 */
export const unproved = (
  policy: NodePolicy,
  plan: Plan,
  { ticket, proved }: { readonly ticket: Ticket; readonly proved: Proved },
): WorkerRefusal | undefined => {
  const wanted = policy.second_factor.includes(higherRisk(plan.risk, ticket.risk));
  if (!ticket.secondFactor && !wanted) return undefined;
  const voters = ticket.votes.map(({ person }) => person);
  const people = (voters.length === 0 ? [ticket.requester] : voters).filter((person) => !proved(person));
  return people.length === 0 ? undefined : { no: 'no-second-factor', people };
};
