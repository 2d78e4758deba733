import type { Change } from '#policies/change/change';
import type { Revert } from '#policies/change/revert';
import { fits, voters } from '#policies/change/vote';
import type { Leave } from '#policies/decide/beginning';
import type { Plan } from '#policies/plan';
import type { Ticket } from '#policies/ticket';
import type { Authority } from './authority.ts';
import type { Ledger } from './ledger.ts';
import { allPeople } from './people.ts';
import { votersOn } from './voters.ts';

/** How long a worker may take to begin after a ticket was signed (ms); then the ticket is worth nothing. */
export const TICKET_VALID = 5 * 60_000;

/** A change that enough people agreed to. */
export type Approved = Change & { state: Extract<Change['state'], { state: 'approved' }> };

type Starting = {
  readonly change: Approved;
  readonly plan: Plan;
  readonly leave: Leave;
  readonly revert: Revert | null;
  readonly glass: Ticket['glass'];
};

/** What the worker is told in writing: which plan it runs, who agreed, until when it may begin, and whether it takes it back. */
export const ticketFor = (
  ledger: Ledger,
  authority: Authority,
  { change, plan, leave, revert, glass }: Starting,
): Ticket => {
  const { plan: hash, votes, voteValidFor } = change.state;
  const at = ledger.now();
  const people = votersOn(ledger, change);
  const ballot = { requester: change.requester, plan: hash, votes, people, now: at };
  const { needs } = change.state;
  // Somebody demoted since fills no place, and must not be one of the people that the worker counts either.
  const counting = voters({ needs, voteValidFor }, ballot).filter((person) =>
    needs.some((need) => fits(person, need)),
  );
  // The worker is told each one's own role, not that of whom they stand in for.
  const own = allPeople(ledger).filter((person) => counting.some(({ id }) => id === person.id));
  const atOf = (id: string): number => votes.find((vote) => vote.person === id)?.at ?? at;
  return {
    change: change.id,
    worker: change.worker,
    plan: hash,
    requester: change.requester,
    votes: own.map(({ id, role }) => ({ person: id, role, at: atOf(id) })),
    risk: plan.risk,
    glass,
    secondFactor: change.state.secondFactor,
    rules: authority.digest,
    issued: at,
    expires: Math.min(at + TICKET_VALID, leave.until),
    finishBy: leave.finishBy,
    revert,
    nonce: Buffer.from(ledger.random(16)).toString('hex'),
  };
};
