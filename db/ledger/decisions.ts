import type { ActionName } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { canBeMet } from '#policies/decide/can-be-met';
import { decide, stricter } from '#policies/decide/decide';
import { type Decision, refuse } from '#policies/decide/decision';
import { factsOf } from '#policies/decide/facts-of';
import type { Person } from '#policies/person';
import type { Risk } from '#policies/risk';
import type { Rules } from '#policies/rules/schema';
import type { Target } from '#policies/target';
import type { Authority } from './authority.ts';
import { inventoryReader } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { allPeople, personById } from './people.ts';
import { rulesOf } from './rule-sets.ts';

/** What somebody asks for, and on which chat platform. */
type Asked = {
  readonly action: ActionName;
  readonly target: Target;
  readonly risk: Risk;
  readonly platform: string;
};

/** The rules' word on what this person asks, with the facts of now; an approval nobody could ever give is a no. */
export const judge = (ledger: Ledger, rules: Rules, requester: Person, asked: Asked): Decision => {
  const at = ledger.now();
  const seen = factsOf(asked.target, inventoryReader(ledger)(), at);
  const decision = decide(rules, { ...asked, ...seen, at, requester });
  return meetable(ledger, decision, requester);
};

const meetable = (ledger: Ledger, decision: Decision, requester: Person): Decision => {
  if (decision.verdict !== 'ask' || canBeMet(decision.needs, allPeople(ledger), requester)) return decision;
  return refuse({ no: 'impossible-quorum', needs: [...decision.needs] }, decision.rules);
};

const requesterOf = (ledger: Ledger, { requester: id, no }: Change): Person => {
  const requester = personById(ledger, id);
  if (!requester) throw new Error(`requester ${id} of change ${no} is not in the ledger`);
  return requester;
};

/** The same for a change that is under way. */
export const judgeChange = (ledger: Ledger, rules: Rules, change: Change, risk: Risk): Decision => {
  const { action, target, chat } = change;
  const asked = { action, target, risk, platform: chat.platform };
  return judge(ledger, rules, requesterOf(ledger, change), asked);
};

/** The word of the rules in force when a change was asked for and of those of now, together: the stricter wins. */
export const judgeThenAndNow = (
  ledger: Ledger,
  { rules, digest }: Authority,
  { change, risk }: { readonly change: Change; readonly risk: Risk },
): Decision => {
  const then = change.rules === digest ? rules : rulesOf(ledger, change.rules);
  const both = stricter(judgeChange(ledger, rules, change, risk), judgeChange(ledger, then, change, risk));
  return meetable(ledger, both, requesterOf(ledger, change));
};
