import { commonOpening } from '#policies/calendar/common-opening';
import type { Change } from '#policies/change/change';
import { countVotes, fits, voters } from '#policies/change/vote';
import { beginning } from '#policies/decide/beginning';
import type { Granted } from '#policies/decide/decision';
import type { ChangeId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import type { StateRefusal } from '#policies/refusal';
import { ok, type Result } from '#policies/result';
import { targetKey } from '#policies/target';
import type { Ticket } from '#policies/ticket';
import { immediate } from '../open.ts';
import { type Authority, signTicket } from './authority.ts';
import { changeById, holderOf, planByHash } from './change-rows.ts';
import { apply, PLANNING_TIME, send } from './changes.ts';
import { judgeThenAndNow } from './decisions.ts';
import type { Ledger } from './ledger.ts';
import { allPeople } from './people.ts';

/** How long a worker may take to begin after a ticket was signed (ms); then the ticket is worth nothing. */
export const TICKET_VALID = 5 * 60_000;

type Approved = Change & { state: Extract<Change['state'], { state: 'approved' }> };
const isApproved = (change: Change): change is Approved => change.state.state === 'approved';

const SYSTEM = { system: 'ledger' } as const;

/** Is what people agreed to still enough under this decision: their votes, and that they typed the target's name? */
const agreed = (ledger: Ledger, change: Approved, quorum: Granted): boolean => {
  const { plan, votes } = change.state;
  if (quorum.confirm && !change.state.confirm) return false;
  const people = allPeople(ledger);
  return countVotes(quorum, { requester: change.requester, plan, votes, people, now: ledger.now() }).filled;
};

/** Until when it may begin by the rules of then and of now (ms), or null while it may not. */
const mayBeginUntil = ({ state }: Approved, decision: Granted, now: number): number | null => {
  const begins = beginning(decision, state.since);
  const opening = commonOpening(decision.windows, now);
  if (begins === null || opening === null || now < begins.from) return null;
  if (opening === 'always') return state.until;
  return opening.from <= now ? Math.min(state.until, opening.until) : null;
};

type Starting = { readonly change: Approved; readonly plan: Plan; readonly until: number };

const ticketFor = (ledger: Ledger, authority: Authority, { change, plan, until }: Starting): Ticket => {
  const { plan: hash, votes, voteValidFor } = change.state;
  const at = ledger.now();
  const ballot = { requester: change.requester, plan: hash, votes, people: allPeople(ledger), now: at };
  const { needs } = change.state;
  // Somebody demoted since fills no place, and must not be one of the people that the worker counts either.
  const counting = voters({ needs, voteValidFor }, ballot).filter((person) =>
    needs.some((need) => fits(person, need)),
  );
  const atOf = (id: string): number => votes.find((vote) => vote.person === id)?.at ?? at;
  return {
    change: change.id,
    plan: hash,
    requester: change.requester,
    votes: counting.map(({ id, role }) => ({ person: id, role, at: atOf(id) })),
    risk: plan.risk,
    rules: authority.digest,
    issued: at,
    expires: Math.min(at + TICKET_VALID, until),
    nonce: Buffer.from(ledger.random(16)).toString('hex'),
  };
};

/**
 * Hands an approved change to its worker: everything is decided once more first. A target that another change holds
 * makes it wait, and so does a window that is closed; votes that no longer suffice send it back to planning; a rule that now
 * says no ends it.
 */
export const startWhenAgreed = (
  ledger: Ledger,
  authority: Authority,
  id: ChangeId,
): Result<Change, StateRefusal> =>
  immediate(ledger.db, () => {
    const change = changeById(ledger, id);
    if (!change) throw new Error(`change ${id} is not in the ledger`);
    if (!isApproved(change) || ledger.now() < change.state.from) return ok(change);
    if (holderOf(ledger, targetKey(change.target), id)) return ok(change);
    const plan = planByHash(ledger, change.state.plan);
    if (!plan) throw new Error(`plan ${change.state.plan} of change ${change.no} is not in the ledger`);
    const decision = judgeThenAndNow(ledger, authority, { change, risk: plan.risk });
    if (decision.verdict === 'refuse')
      return apply(ledger, id, { type: 'refused', refusal: decision.refusal }, SYSTEM);
    if (!agreed(ledger, change, decision))
      return apply(ledger, id, { type: 'replan', until: ledger.now() + PLANNING_TIME }, SYSTEM);
    const until = mayBeginUntil(change, decision, ledger.now());
    if (until === null) return ok(change);
    const ticket = signTicket(authority, ticketFor(ledger, authority, { change, plan, until }));
    const moved = apply(ledger, id, { type: 'start', plan: change.state.plan, at: ledger.now() }, SYSTEM);
    if (moved.ok) send(ledger, change.worker, { job: 'run', change: id, ticket });
    return moved;
  });
