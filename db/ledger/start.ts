import type { Change } from '#policies/change/change';
import { countVotes } from '#policies/change/vote';
import { leaveToBegin } from '#policies/decide/beginning';
import type { Granted } from '#policies/decide/decision';
import type { DecisionRefusal } from '#policies/decide/refusal';
import type { ChangeId } from '#policies/ids';
import { type AnyPlan, isOwnPlan } from '#policies/own-plan';
import type { StateRefusal } from '#policies/refusal';
import { ok, type Result } from '#policies/result';
import { targetKey } from '#policies/target';
import { appendAudit } from '../audit/append.ts';
import { immediate } from '../open.ts';
import { type Authority, signTicket } from './authority.ts';
import { changeById, holderOf, planByHash } from './change-rows.ts';
import { apply, PLANNING_TIME, send } from './changes.ts';
import { judgeThenAndNow } from './decisions.ts';
import { electorate } from './electorate.ts';
import type { Ledger } from './ledger.ts';
import { carryOut } from './own/carry-out.ts';
import { type Approved, ticketFor } from './ticket-for.ts';

const isApproved = (change: Change): change is Approved => change.state.state === 'approved';

const SYSTEM = { system: 'ledger' } as const;

/** Is what people agreed to still enough under this decision: their votes, and that they typed the target's name? */
const agreed = (ledger: Ledger, change: Approved, quorum: Granted): boolean => {
  const { plan, votes } = change.state;
  if (quorum.confirm && !change.state.confirm) return false;
  const people = electorate(ledger, change.target);
  return countVotes(quorum, { requester: change.requester, plan, votes, people, now: ledger.now() }).filled;
};

const planAgain = (ledger: Ledger, id: ChangeId): Result<Change, StateRefusal> =>
  apply(ledger, id, { type: 'replan', until: ledger.now() + PLANNING_TIME }, SYSTEM);

/** What was agreed to is lost, so nobody can decide on it any more: on record, and another plan is asked for. */
const planMissing = (
  ledger: Ledger,
  { id, target, state: { plan } }: Approved,
): Result<Change, StateRefusal> => {
  const event = { kind: 'plan.missing' as const, actor: SYSTEM, target: targetKey(target), change: id };
  appendAudit(ledger.db, { ...event, facts: { plan } }, ledger.now());
  return planAgain(ledger, id);
};

/** A rule has come to say no. A freeze says not now rather than never: what waits goes on waiting, or expires. */
const refused = (ledger: Ledger, change: Approved, refusal: DecisionRefusal): Result<Change, StateRefusal> =>
  refusal.no === 'frozen' ? ok(change) : apply(ledger, change.id, { type: 'refused', refusal }, SYSTEM);

type Handing = { readonly change: Approved; readonly plan: AnyPlan; readonly decision: Granted };

const handOver = (
  ledger: Ledger,
  authority: Authority,
  { change, plan, decision }: Handing,
): Result<Change, StateRefusal> => {
  if (!agreed(ledger, change, decision)) return planAgain(ledger, change.id);
  const leave = leaveToBegin(decision, change.state, ledger.now());
  if (leave === null) return ok(change);
  if (isOwnPlan(plan)) return carryOut(ledger, change, plan);
  const ticket = signTicket(authority, ticketFor(ledger, authority, { change, plan, leave }));
  const start = { type: 'start', plan: change.state.plan, at: ledger.now() } as const;
  const moved = apply(ledger, change.id, start, SYSTEM);
  if (moved.ok) send(ledger, change.worker, { job: 'run', change: change.id, ticket });
  return moved;
};

/**
 * Hands an approved change to its worker, or carries it out where it is about Quorate itself: everything is decided once more first. A target that another change holds
 * makes it wait, and so does a window that is closed or a freeze; votes that no longer suffice, or a plan that is lost, send it back to
 * planning; a rule that now says no ends it.
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
    if (!plan) return planMissing(ledger, change);
    const decision = judgeThenAndNow(ledger, authority, { change, risk: plan.risk });
    return decision.verdict === 'refuse'
      ? refused(ledger, change, decision.refusal)
      : handOver(ledger, authority, { change, plan, decision });
  });
