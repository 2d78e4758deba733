import type { Person } from '#policies/person';
import { reaches } from '#policies/scope';
import type { Target } from '#policies/target';
import { inventoryReader } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { allPeople } from './people.ts';

/**
 * Everybody whose scope reaches a target now, disabled people too: whose vote on it may count. Nobody decides on what they may
 * do themselves.
 */
export const electorate = (ledger: Ledger, target: Target): readonly Person[] => {
  const people = allPeople(ledger).filter(({ id }) => target.kind !== 'person' || target.person !== id);
  if (people.every(({ scope }) => scope === 'everything')) return people;
  const inventories = inventoryReader(ledger)();
  return people.filter((person) => reaches(person, target, inventories));
};
