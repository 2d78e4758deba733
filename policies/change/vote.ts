import { z } from 'zod';
import { PersonId, PlanHash } from '../ids.ts';
import { atLeast, type Person, Role } from '../person.ts';
import type { VoteRefusal } from '../refusal.ts';
import { no, ok, type Result } from '../result.ts';
import { matchSlots } from './slots.ts';

/** So many people of at least a role, or of a group. One unit of `count` is a slot; a person fills one slot at most. */
export const Need = z.union(
  [
    z.strictObject({ count: z.int().min(1).max(20), role: Role }),
    z.strictObject({ count: z.int().min(1).max(20), group: z.string() }),
  ],
  { error: '{ count: 1 to 20, role: operator } or { count: 1 to 20, group: net }' },
);
export type Need = z.infer<typeof Need>;

/** One person's agreement to one plan. `at` in ms. */
export const Vote = z.object({ person: PersonId, plan: PlanHash, at: z.int() });
export type Vote = z.infer<typeof Vote>;

/** What must agree, and how long a vote holds (ms). */
export type Quorum = { readonly needs: readonly Need[]; readonly voteValidFor: number };

/** May this person fill a slot of this need? */
export const fits = (person: Person, need: Need): boolean =>
  'role' in need ? atLeast(person.role, need.role) : person.groups.includes(need.group);

/** The needs, one entry a slot. */
export const slotsOf = (needs: readonly Need[]): readonly Need[] =>
  needs.flatMap((need) => Array.from({ length: need.count }, () => need));

type Counted = {
  /** For each slot, who fills it, or null. */
  readonly slots: readonly { readonly need: Need; readonly person: PersonId | null }[];
  readonly filled: boolean;
};

/** `people`: everybody whose scope reaches what the vote is about; a vote of anybody else counts for nothing. */
type Ballot = {
  readonly requester: PersonId;
  readonly plan: PlanHash;
  readonly votes: readonly Vote[];
  readonly people: readonly Person[];
  readonly now: number;
};

/** The people whose vote counts at this moment: for this plan, not too old, not disabled, never the requester. */
export const voters = (quorum: Quorum, ballot: Ballot): readonly Person[] => {
  const agreed = new Set(
    ballot.votes
      .filter((vote) => vote.plan === ballot.plan && ballot.now < vote.at + quorum.voteValidFor)
      .map((vote) => vote.person),
  );
  return ballot.people.filter(
    (person) => agreed.has(person.id) && person.id !== ballot.requester && !person.disabled,
  );
};

/** Fills the slots with the people who agreed, as many as possible, each person at most one. */
export const countVotes = (quorum: Quorum, ballot: Ballot): Counted => {
  const slots = slotsOf(quorum.needs);
  const filling = matchSlots(slots, voters(quorum, ballot), (need, person) => fits(person, need));
  const filled = slots.map((need, slot) => ({ need, person: filling[slot]?.id ?? null }));
  return { slots: filled, filled: filled.every((slot) => slot.person !== null) };
};

/** May this person vote on this plan at all? A person who fits no slot is told so instead of being counted for nothing. */
export const mayVote = (quorum: Quorum, ballot: Ballot, person: Person): Result<true, VoteRefusal> => {
  if (person.disabled) return no({ no: 'person-disabled' });
  if (person.id === ballot.requester) return no({ no: 'own-request' });
  if (!ballot.people.some(({ id }) => id === person.id)) return no({ no: 'out-of-scope' });
  if (!slotsOf(quorum.needs).some((need) => fits(person, need)))
    return no({ no: 'fits-no-slot', role: person.role, needs: [...quorum.needs] });
  if (voters(quorum, ballot).some((voter) => voter.id === person.id)) return no({ no: 'already-voted' });
  return ok(true);
};
