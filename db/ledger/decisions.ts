import type { ActionName } from '#policies/actions';
import type { Change } from '#policies/change/change';
import type { Begins } from '#policies/change/state';
import { beginning } from '#policies/decide/beginning';
import { canBeMet } from '#policies/decide/can-be-met';
import { decide, stricter } from '#policies/decide/decide';
import { type Decision, type Granted, refuse } from '#policies/decide/decision';
import { factsOf } from '#policies/decide/facts-of';
import type { Person } from '#policies/person';
import type { Risk } from '#policies/risk';
import type { Rules } from '#policies/rules/schema';
import { isOwnTarget, type Target } from '#policies/target';
import type { Authority } from './authority.ts';
import { electorate } from './electorate.ts';
import { freezeOf } from './freezes.ts';
import { inventoryReader } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { personById } from './people.ts';
import { rulesOf } from './rule-sets.ts';

/** What somebody asks for, on which chat platform, and why. */
type Asked = {
  readonly action: ActionName;
  readonly target: Target;
  readonly risk: Risk;
  readonly platform: string;
  readonly reason: string | null;
};

/** The rules' word on what this person asks, with the facts of now; an approval nobody could ever give is a no. */
export const judge = (ledger: Ledger, rules: Rules, requester: Person, asked: Asked): Decision => {
  const held = freezeOf(ledger, isOwnTarget(asked.target) ? null : asked.target.site);
  if (held)
    return refuse({ no: 'frozen', freeze: `/freeze (${held.by})`, text: held.reason, until: held.until });
  const at = ledger.now();
  const seen = factsOf(asked.target, inventoryReader(ledger)(), at);
  const decision = decide(rules, { ...asked, ...seen, at, requester });
  if (decision.verdict !== 'refuse' && decision.reason && asked.reason === null)
    return refuse({ no: 'reason-required' }, decision.rules);
  return meetable(ledger, decision, { requester, target: asked.target });
};

/** When something begins that is agreed to now. Throws where its windows never open: the rules' word on it is then a no. */
export const beginsAt = (granted: Granted, now: number): Begins => {
  const begins = beginning(granted, now);
  if (!begins) throw new Error('the windows are never open together, and yet this was granted');
  return begins;
};

type Request = { readonly requester: Person; readonly target: Target };

const meetable = (ledger: Ledger, decision: Decision, { requester, target }: Request): Decision => {
  if (decision.verdict === 'refuse') return decision;
  if (!beginning(decision, ledger.now())) {
    const windows = decision.windows.map(({ name }) => name);
    return refuse({ no: 'never-opens', windows }, decision.rules);
  }
  if (decision.verdict === 'allow') return decision;
  if (canBeMet(decision.needs, electorate(ledger, target), requester)) return decision;
  return refuse({ no: 'impossible-quorum', needs: [...decision.needs] }, decision.rules);
};

const requesterOf = (ledger: Ledger, { requester: id, no }: Change): Person => {
  const requester = personById(ledger, id);
  if (!requester) throw new Error(`requester ${id} of change ${no} is not in the ledger`);
  return requester;
};

/** The same for a change that is under way. */
export const judgeChange = (ledger: Ledger, rules: Rules, change: Change, risk: Risk): Decision => {
  const { action, target, chat, reason } = change;
  const asked = { action, target, risk, platform: chat.platform, reason };
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
  return meetable(ledger, stricter(now, then), { requester, target: change.target });
};
