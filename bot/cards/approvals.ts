import type { Change } from '#policies/change/change';
import { asVoters, lenders, type StandIn } from '#policies/change/stand-in';
import { countVotes, type Need, slotsOf, type Vote } from '#policies/change/vote';
import type { PersonId } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Line } from '../chat/card.ts';
import { needsText } from './refusal.ts';
import { clock, listed, outside, type Words, when } from './words.ts';

type Voting = Extract<Change['state'], { state: 'awaiting' | 'approved' }>;
type Counting = {
  readonly people: readonly Person[];
  readonly standIns: readonly StandIn[];
  readonly now: number;
};

/** The name people know somebody by; an id we have no person for stands for itself. */
export const nameOf = (people: readonly Person[], id: string): Line => [
  outside(people.find((person) => person.id === id)?.name ?? id),
];

/** Everybody as they may vote on this change at this moment. */
export const votersIn = ({ requester }: Change, { people, standIns, now }: Counting): readonly Person[] =>
  asVoters(people, { requester, now, standIns });

/** The name of somebody who agreed: "tom (for maria, ends in 7 days)" where they stand in. */
export const voterName = (words: Words, { requester }: Change, id: PersonId, counting: Counting): Line => {
  const { people, standIns, now } = counting;
  const name = nameOf(people, id);
  const lent = lenders({ id }, people, { requester, now, standIns });
  if (lent.length === 0) return name;
  const whom = lent.map((one) => {
    const until = Math.max(...standIns.filter((s) => s.by === id && s.for === one.id).map((s) => s.until));
    return words.say('change.stands-in', { who: nameOf(people, one.id), when: when(until) });
  });
  return listed([name, words.say('change.standing-in', { whom: listed(whom) })], ' ');
};

/** From so long ago on (ms) a time of day could be that of another day. */
const HALF_A_DAY = 43_200_000;

/** "ada 14:02": who agreed, and when. */
const votedText = (words: Words, change: Change, vote: Vote, counting: Counting): Line => {
  const moment = counting.now - vote.at < HALF_A_DAY ? clock(vote.at) : when(vote.at);
  return listed([voterName(words, change, vote.person, counting), [moment]], ' ');
};

/** Everybody who agreed, and when; no line where nobody did. */
export const agreedLines = (
  words: Words,
  change: Change,
  votes: readonly Vote[],
  counting: Counting,
): readonly Line[] => {
  if (votes.length === 0) return [];
  const who = votes.map((vote) => votedText(words, change, vote, counting));
  return [words.say('change.approved-by', { who: listed(who) })];
};

/** Which slot of this vote is filled by whom, at this moment. */
export const slotsFilled = (change: Change, state: Voting, counting: Counting) => {
  const { requester } = change;
  const { plan, votes } = state;
  const people = votersIn(change, counting);
  return countVotes(state, { requester, plan, votes, people, now: counting.now }).slots;
};

/** "●○ 1/2 ada 14:02": progress, who agreed, and who may not count. */
export const approvalLines = (
  words: Words,
  change: Change,
  state: Voting,
  counting: Counting,
): readonly Line[] => {
  if (slotsOf(state.needs).length === 0)
    return [words.say(state.alone ? 'change.alone' : 'change.nobody-needed')];
  const slots = slotsFilled(change, state, counting);
  const filled = slots.filter((slot) => slot.person !== null);
  const dots = `${'●'.repeat(filled.length)}${'○'.repeat(slots.length - filled.length)}`;
  const needs: readonly Need[] = state.needs;
  const progress = words.say('change.approvals', {
    dots,
    have: filled.length,
    want: slots.length,
    needs: needsText(words, needs),
  });
  const notFrom = words.say('change.not-from', { who: nameOf(counting.people, change.requester) });
  return [listed([progress, ...agreedLines(words, change, state.votes, counting)], ' · '), notFrom];
};
