import { fits, mayVote } from '#policies/change/vote';
import type { Person } from '#policies/person';
import type { Card, Line } from '../chat/card.ts';
import { nameOf, slotsFilled } from './approvals.ts';
import type { ChangeView } from './change-state.ts';
import { page, STATE_TONES } from './look.ts';
import { needsText } from './refusal.ts';
import { outside, type Words } from './words.ts';

type Voting = Extract<ChangeView['change']['state'], { state: 'awaiting' | 'approved' }>;

const slotLines = (words: Words, view: ChangeView, state: Voting): readonly Line[] =>
  slotsFilled(view.change, state, view).map(({ need, person }) => {
    const said = needsText(words, [{ ...need, count: 1 }]);
    return person === null
      ? words.say('why.slot-open', { need: said })
      : words.say('why.slot-filled', { need: said, who: nameOf(view.people, person) });
  });

/** People who cannot fill an open slot, and why: the requester first of all. */
const cannotLines = (words: Words, { change, people, now }: ChangeView, state: Voting): readonly Line[] => {
  const ballot = { requester: change.requester, plan: state.plan, votes: state.votes, people, now };
  const why = (person: Person): Line | null => {
    const may = mayVote(state, ballot, person);
    if (may.ok || may.error.no === 'already-voted') return null;
    return words.say(`why.${may.error.no}`, { role: words.say(`role.${person.role}`) });
  };
  return people.flatMap((person) => {
    const said = why(person);
    const near =
      person.id === change.requester || state.needs.some((need) => fits(person, need)) || !person.disabled;
    return said && near ? [words.say('why.cannot', { who: nameOf(people, person.id), why: said })] : [];
  });
};

/** Which rules asked for what, who has filled which slot, and who cannot and why, in one card. */
export const whyCard = (words: Words, view: ChangeView, rules: readonly string[]): Card => {
  const { change } = view;
  const { state } = change;
  const lead = words.say('why.lead', { no: String(change.no), state: words.say(`state.${state.state}`) });
  const spoke =
    rules.length === 0
      ? words.say('why.no-rules')
      : words.say('why.rules', { rules: outside(rules.join(', ')) });
  const voting = state.state === 'awaiting' || state.state === 'approved' ? state : null;
  const slots = voting ? slotLines(words, view, voting) : [];
  const cannot = voting ? cannotLines(words, view, voting) : [];
  const none = voting && slots.length === 0 ? [words.say('why.none-needed')] : [];
  const factor = voting?.secondFactor ? [words.say('why.second-factor')] : [];
  return page(STATE_TONES[state.state], lead, [spoke, ...none, ...slots, ...factor, ...cannot]);
};
