import type { ActionName } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { canBeMet, type Decision, decide, stricter } from '#policies/decide/decide';
import type { DecisionRequest } from '#policies/decide/request';
import type { Inventory } from '#policies/inventory';
import type { Person } from '#policies/person';
import type { Risk } from '#policies/risk';
import type { Rules } from '#policies/rules/schema';
import type { Target } from '#policies/target';
import type { Authority } from './authority.ts';
import { inventoryReader } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { allPeople, personById } from './people.ts';
import { rulesOf } from './rule-sets.ts';

type Asked = { readonly action: ActionName; readonly target: Target; readonly risk: Risk };

/** Node and tags of a target as the inventory has them; null where it does not know. */
const placed = (
  target: Target,
  inventories: readonly Inventory[],
): Pick<DecisionRequest, 'node' | 'tags'> => {
  if (target.kind === 'node') return { node: target.node, tags: [] };
  const guests = inventories.find((inventory) => inventory.site === target.site)?.guests;
  const guest = guests?.known ? guests.value.find((row) => row.vmid === target.vmid) : undefined;
  return { node: guest?.node ?? null, tags: guest?.tags ?? null };
};

/** The rules' word on what this person asks, with the facts of now; an approval nobody could ever give is a no. */
export const judge = (ledger: Ledger, rules: Rules, requester: Person, asked: Asked): Decision => {
  const facts = placed(asked.target, inventoryReader(ledger)());
  return meetable(ledger, decide(rules, { ...asked, ...facts, requester }), requester);
};

const meetable = (ledger: Ledger, decision: Decision, requester: Person): Decision => {
  if (decision.verdict !== 'ask' || canBeMet(decision.needs, allPeople(ledger), requester)) return decision;
  const refusal = { no: 'impossible-quorum' as const, needs: decision.needs };
  return { verdict: 'refuse', refusal, rules: decision.rules };
};

const requesterOf = (ledger: Ledger, { requester: id, no }: Change): Person => {
  const requester = personById(ledger, id);
  if (!requester) throw new Error(`requester ${id} of change ${no} is not in the ledger`);
  return requester;
};

/** The same for a change that is under way. */
export const judgeChange = (ledger: Ledger, rules: Rules, change: Change, risk: Risk): Decision => {
  const { action, target } = change;
  return judge(ledger, rules, requesterOf(ledger, change), { action, target, risk });
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
  return meetable(ledger, stricter(now, then), requesterOf(ledger, change));
};
