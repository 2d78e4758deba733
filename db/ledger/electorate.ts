import type { Person } from '#policies/person';
import { reaches } from '#policies/scope';
import type { Target } from '#policies/target';
import { inventoryReader } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { allPeople } from './people.ts';

/** Everybody whose scope reaches a target now, disabled people too: whose vote on it may count. */
export const electorate = (ledger: Ledger, target: Target): readonly Person[] => {
  const people = allPeople(ledger);
  if (people.every(({ scope }) => scope === 'everything')) return people;
  const inventories = inventoryReader(ledger)();
  return people.filter((person) => reaches(person, target, inventories));
};
