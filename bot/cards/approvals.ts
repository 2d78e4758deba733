import type { Change } from '#policies/change/change';
import { countVotes, type Need, slotsOf } from '#policies/change/vote';
import type { Person } from '#policies/person';
import type { Line } from '../chat/card.ts';
import { needsText } from './refusal.ts';
import { listed, outside, type Words } from './words.ts';

type Voting = Extract<Change['state'], { state: 'awaiting' | 'approved' }>;
type Counting = { readonly people: readonly Person[]; readonly now: number };

/** The name people know somebody by; an id we have no person for stands for itself. */
export const nameOf = (people: readonly Person[], id: string): Line => [
  outside(people.find((person) => person.id === id)?.name ?? id),
];

/** Which slot of this vote is filled by whom, at this moment. */
export const slotsFilled = (change: Change, state: Voting, { people, now }: Counting) =>
  countVotes(state, { requester: change.requester, plan: state.plan, votes: state.votes, people, now }).slots;

/** "●○ 1/2": progress, who agreed, and who may not count. */
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
  const agreed = state.votes.map((vote) => nameOf(counting.people, vote.person));
  const notFrom = words.say('change.not-from', { who: nameOf(counting.people, change.requester) });
  return [
    progress,
    ...(agreed.length > 0 ? [words.say('change.approved-by', { who: listed(agreed) })] : []),
    notFrom,
  ];
};
