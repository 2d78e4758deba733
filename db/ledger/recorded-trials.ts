import { ACTIONS } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { factsOf } from '#policies/decide/facts-of';
import type { Trial } from '#policies/review/corpus';
import { higherRisk, type Risk } from '#policies/risk';
import { latestChanges, planByHash } from './change-rows.ts';
import { inventoryReader } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { allPeople } from './people.ts';

/** The risk of the last plan that a change is known to have; the catalogue's where there is none. */
const riskOf = (ledger: Ledger, { action, state }: Change): Risk => {
  const least = ACTIONS[action].risk;
  const plan = 'plan' in state ? planByHash(ledger, state.plan) : undefined;
  return plan ? higherRisk(least, plan.risk) : least;
};

/** The latest recorded requests, at most so many, as the same people would ask them now about the same targets. */
export const recordedTrials = (ledger: Ledger, most: number): readonly Trial[] => {
  const [people, inventories, at] = [allPeople(ledger), inventoryReader(ledger)(), ledger.now()];
  return latestChanges(ledger, most).flatMap((change) => {
    const { id, no, action, target, chat } = change;
    const requester = people.find((person) => person.id === change.requester);
    if (!requester) return [];
    const asked = { action, target, risk: riskOf(ledger, change), platform: chat.platform, requester, at };
    const request = { ...asked, ...factsOf(target, inventories, at) };
    return [{ request, person: requester.id, where: {}, change: { id, no } }];
  });
};
