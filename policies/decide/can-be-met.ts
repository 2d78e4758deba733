import { matchSlots } from '../change/slots.ts';
import { fits, type Need, slotsOf } from '../change/vote.ts';
import type { Person } from '../person.ts';
import type { Terms } from './decision.ts';

/** Could anybody ever keep what is to be taken back? Where only those may who may approve it, somebody has to. */
export const canBeKept = ({ revert, needs }: Pick<Terms, 'revert' | 'needs'>): boolean =>
  revert === null || revert.keepBy === 'requester' || needs.length > 0;

/** Could these people fill every slot without the requester? Asked before anybody is bothered. */
export const canBeMet = (needs: readonly Need[], people: readonly Person[], requester: Person): boolean => {
  const others = people.filter((person) => person.id !== requester.id && !person.disabled);
  return matchSlots(slotsOf(needs), others, (need, person) => fits(person, need)).every(
    (filled) => filled !== null,
  );
};
