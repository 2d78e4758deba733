import type { ActionName } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { canBeMet, type Decision, decide } from '#policies/decide/decide';
import type { DecisionRequest } from '#policies/decide/request';
import type { Inventory } from '#policies/inventory';
import type { Person } from '#policies/person';
import type { Risk } from '#policies/risk';
import type { Rules } from '#policies/rules/schema';
import type { Target } from '#policies/target';
import { inventoryReader } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { allPeople, personById } from './people.ts';

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
  const decision = decide(rules, { ...asked, ...facts, requester });
  if (decision.verdict !== 'ask' || canBeMet(decision.needs, allPeople(ledger), requester)) return decision;
  const refusal = { no: 'impossible-quorum' as const, needs: decision.needs };
  return { verdict: 'refuse', refusal, rules: decision.rules };
};

/** The same for a change that is under way. */
export const judgeChange = (ledger: Ledger, rules: Rules, change: Change, risk: Risk): Decision => {
  const requester = personById(ledger, change.requester);
  if (!requester)
    throw new Error(`requester ${change.requester} of change ${change.no} is not in the ledger`);
  return judge(ledger, rules, requester, { action: change.action, target: change.target, risk });
};
