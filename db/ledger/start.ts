import type { Change } from '#policies/change/change';
import { strongerRevert } from '#policies/change/revert';
import { countVotes } from '#policies/change/vote';
import { leaveToBegin } from '#policies/decide/beginning';
import { mayBreakGlass, withoutVotes } from '#policies/decide/break-glass';
import type { Granted } from '#policies/decide/decision';
import type { DecisionRefusal } from '#policies/decide/refusal';
import type { ChangeId, PersonId } from '#policies/ids';
import { type AnyPlan, isOwnPlan } from '#policies/own-plan';
import type { StateRefusal } from '#policies/refusal';
import { ok, type Result } from '#policies/result';
import { targetKey } from '#policies/target';
import { appendAudit } from '../audit/append.ts';
import { immediate } from '../open.ts';
import { type Authority, signTicket } from './authority.ts';
import { changeById, holderOf, planByHash } from './change-rows.ts';
import { apply, PLANNING_TIME, send } from './changes.ts';
import { judgePlan } from './decisions.ts';
import { asNodeWants } from './factors.ts';
import type { Ledger } from './ledger.ts';
import { carryOut } from './own/carry-out.ts';
import { personById } from './people.ts';
import { type Approved, ticketFor } from './ticket-for.ts';
import { votersOn } from './voters.ts';

const isApproved = (change: Change): change is Approved => change.state.state === 'approved';

const SYSTEM = { system: 'ledger' } as const;

/** Is what people agreed to still enough under this decision: their votes, that they typed the target's name and proved it? */
const agreed = (ledger: Ledger, change: Approved, quorum: Granted): boolean => {
  const { plan, votes } = change.state;
  if (quorum.confirm && !change.state.confirm) return false;
  if (quorum.secondFactor && !change.state.secondFactor) return false;
  const people = votersOn(ledger, change);
  return countVotes(quorum, { requester: change.requester, plan, votes, people, now: ledger.now() }).filled;
};

/** Who broke the glass for the plan that is to begin, where they still may; null where votes have to do. */
const brokenBy = (ledger: Ledger, { glass, state }: Approved, decision: Granted): PersonId | null => {
  const broken = glass.find(({ plan }) => plan === state.plan);
  const person = broken && personById(ledger, broken.by);
  return person && mayBreakGlass(decision.glass, person).ok ? person.id : null;
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
  const quorum = asNodeWants(ledger, change.worker, plan.risk, decision);
  const votesDo = agreed(ledger, change, quorum);
  const glass = votesDo ? null : brokenBy(ledger, change, decision);
  if (!votesDo && glass === null) return planAgain(ledger, change.id);
  const terms = glass !== null && decision.glass ? withoutVotes(decision, decision.glass) : decision;
  const leave = leaveToBegin(terms, change.state, { runAt: change.runAt, now: ledger.now() });
  if (leave === null) return ok(change);
  if (isOwnPlan(plan)) return carryOut(ledger, change, plan);
  const revert = strongerRevert(decision.revert, change.state.revert);
  const ticket = signTicket(authority, ticketFor(ledger, authority, { change, plan, leave, revert, glass }));
  const keeping = revert && { keepBy: revert.keepBy, needs: [...decision.needs] };
  const start = { type: 'start', plan: change.state.plan, at: ledger.now(), keeping } as const;
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
    const decision = judgePlan(ledger, authority, { change, plan });
    return decision.verdict === 'refuse'
      ? refused(ledger, change, decision.refusal)
      : handOver(ledger, authority, { change, plan, decision });
  });
