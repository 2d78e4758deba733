import type { ActionName } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { lastingSteps } from '#policies/change/revert';
import type { Begins } from '#policies/change/state';
import { beginning, cannotBegin, type Wanted } from '#policies/decide/beginning';
import { mayBreakGlass } from '#policies/decide/break-glass';
import { canBeKept, canBeMet } from '#policies/decide/can-be-met';
import { decide, stricter } from '#policies/decide/decide';
import { type Decision, type Granted, refuse } from '#policies/decide/decision';
import { factsOf } from '#policies/decide/facts-of';
import type { DecisionRequest } from '#policies/decide/request';
import type { AnyPlan } from '#policies/own-plan';
import type { Person } from '#policies/person';
import type { Risk } from '#policies/risk';
import { calledAt } from '#policies/rules/called-mode';
import type { Rules } from '#policies/rules/schema';
import { isOwnTarget, type Target } from '#policies/target';
import type { Authority } from './authority.ts';
import { modesNow } from './called-modes.ts';
import { freezeOf } from './freezes.ts';
import { inventoryReader } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { allPeople, personById } from './people.ts';
import { rulesOf } from './rule-sets.ts';
import { votersOn } from './voters.ts';

/** What somebody asks for, on which chat platform, why, and when; `since` (ms): when somebody agreed last, or now. */
type Asked = Wanted & {
  readonly action: ActionName;
  readonly target: Target;
  readonly risk: Risk;
  readonly platform: string;
  readonly reason: string | null;
};

/** What the rules say now and, of what is wanted at a set time, already know of it: a freeze of the calendar. */
const decideAhead = (rules: Rules, request: DecisionRequest, runAt: number | null): Decision => {
  const decision = decide(rules, request);
  if (decision.verdict === 'refuse' || runAt === null || runAt <= request.at) return decision;
  const then = decide(rules, { ...request, at: runAt });
  return then.verdict === 'refuse' ? then : decision;
};

/** The rules' word on what this person asks, with the facts of now; an approval nobody could ever give is a no. */
export const judge = (ledger: Ledger, rules: Rules, requester: Person, asked: Asked): Decision => {
  const held = freezeOf(ledger, isOwnTarget(asked.target) ? null : asked.target.site);
  if (held)
    return refuse({ no: 'frozen', freeze: `/freeze (${held.by})`, text: held.reason, until: held.until });
  const at = ledger.now();
  const seen = factsOf(asked.target, inventoryReader(ledger)(), at);
  const { since, runAt, reason, ...about } = asked;
  const site = isOwnTarget(asked.target) ? null : asked.target.site;
  const called = calledAt(modesNow(ledger), site);
  const decision = decideAhead(rules, { ...about, ...seen, at, requester, called }, runAt);
  if (decision.verdict !== 'refuse' && decision.reason && reason === null)
    return refuse({ no: 'reason-required' }, decision.rules);
  return meetable(ledger, decision, { requester, target: asked.target, since, runAt });
};

/** When something begins that is agreed to at `since`. Throws where it never can: the rules' word on it is then a no. */
export const beginsAt = (granted: Granted, wanted: Wanted): Begins => {
  const begins = beginning(granted, wanted);
  if (!begins) throw new Error('it can never begin as it is wanted, and yet this was granted');
  return begins;
};

type Meeting = Wanted & { readonly requester: Person; readonly target: Target };

/** Votes that nobody can give may be left out by whoever may break the glass: that is what it is for. */
const mayBeBroken = (ledger: Ledger, { glass }: Granted): boolean =>
  glass !== null && allPeople(ledger).some((person) => mayBreakGlass(glass, person).ok);

const meetable = (
  ledger: Ledger,
  decision: Decision,
  { requester, target, ...wanted }: Meeting,
): Decision => {
  if (decision.verdict === 'refuse') return decision;
  const never = cannotBegin(decision, wanted, ledger.now());
  if (never) return refuse(never, decision.rules);
  if (!canBeKept(decision)) return refuse({ no: 'nobody-may-keep' }, decision.rules);
  if (decision.verdict === 'allow') return decision;
  const voters = votersOn(ledger, { requester: requester.id, target });
  if (canBeMet(decision.needs, voters, requester) || mayBeBroken(ledger, decision)) return decision;
  return refuse({ no: 'impossible-quorum', needs: [...decision.needs] }, decision.rules);
};

const requesterOf = (ledger: Ledger, { requester: id, no }: Change): Person => {
  const requester = personById(ledger, id);
  if (!requester) throw new Error(`requester ${id} of change ${no} is not in the ledger`);
  return requester;
};

const wantedOf = (ledger: Ledger, { state, runAt }: Change): Wanted => ({
  since: state.state === 'approved' ? state.since : ledger.now(),
  runAt,
});

/** The same for a change that is under way. */
export const judgeChange = (ledger: Ledger, rules: Rules, change: Change, risk: Risk): Decision => {
  const { action, target, chat, reason } = change;
  const wanted = wantedOf(ledger, change);
  const asked = { action, target, risk, platform: chat.platform, reason, ...wanted };
  return judge(ledger, rules, requesterOf(ledger, change), asked);
};

/** The word of the rules in force when a change was asked for and of those of now, together: the stricter wins. */
export const judgeThenAndNow = (
  ledger: Ledger,
  { rules, digest }: Authority,
  { change, risk }: { readonly change: Change; readonly risk: Risk },
): Decision => {
  const now = judgeChange(ledger, rules, change, risk);
  if (change.rules === digest) return now;
  const then = judgeChange(ledger, rulesOf(ledger, change.rules), change, risk);
  const requester = requesterOf(ledger, change);
  return meetable(ledger, stricter(now, then), {
    requester,
    target: change.target,
    ...wantedOf(ledger, change),
  });
};

/** The same for a plan: what is to be taken back unless it is kept must have a way back from each of its steps. */
export const judgePlan = (
  ledger: Ledger,
  authority: Authority,
  { change, plan }: { readonly change: Change; readonly plan: AnyPlan },
): Decision => {
  const decision = judgeThenAndNow(ledger, authority, { change, risk: plan.risk });
  const lasting = decision.verdict === 'refuse' || decision.revert === null ? [] : lastingSteps(plan);
  if (lasting.length === 0) return decision;
  return refuse({ no: 'cannot-be-taken-back', steps: [...lasting] }, decision.rules);
};
