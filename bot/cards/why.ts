import { mayKeep } from '#policies/change/keep';
import { fits, mayVote, type Vote } from '#policies/change/vote';
import type { DecisionRefusal } from '#policies/decide/refusal';
import type { Person } from '#policies/person';
import type { Rules } from '#policies/rules/schema';
import type { Card, Line } from '../chat/card.ts';
import { agreedLines, nameOf, slotsFilled, voterName, votersIn } from './approvals.ts';
import type { ChangeView } from './change-state.ts';
import { glassLines } from './glass.ts';
import { keepLines, revertLines } from './keeping.ts';
import { page, STATE_TONES } from './look.ts';
import { needsText, refusalText } from './refusal.ts';
import { ruleLines } from './rule-asks.ts';
import { type Words } from './words.ts';

type Voting = Extract<ChangeView['change']['state'], { state: 'awaiting' | 'approved' }>;

const slotLines = (words: Words, view: ChangeView, state: Voting): readonly Line[] =>
  slotsFilled(view.change, state, view).map(({ need, person }) => {
    const said = needsText(words, [{ ...need, count: 1 }]);
    return person === null
      ? words.say('why.slot-open', { need: said })
      : words.say('why.slot-filled', { need: said, who: voterName(words, view.change, person, view) });
  });

/** People who cannot fill an open slot, and why: the requester first of all. */
const cannotLines = (words: Words, view: ChangeView, state: Voting): readonly Line[] => {
  const { change, now } = view;
  const people = votersIn(change, view);
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

/** A rule file and the rules of it that spoke. `refusal`: the no they come to at this moment. */
export type Spoken = {
  readonly rules: Rules;
  readonly ids: readonly string[];
  readonly refusal: DecisionRefusal | null;
};

const spokenLines = (words: Words, { rules, ids, refusal }: Spoken): readonly Line[] => [
  ...(ids.length === 0 && refusal === null ? [words.say('why.no-rules')] : ruleLines(words, rules, ids)),
  ...(refusal ? [words.say('why.refused-now', { why: refusalText(words, refusal) })] : []),
];

const votesIn = (state: ChangeView['change']['state']): readonly Vote[] => {
  if (state.state === 'expired') return state.asked?.votes ?? [];
  return 'votes' in state ? state.votes : [];
};

/** Who agreed to what is past voting. */
const pastLines = (words: Words, view: ChangeView): readonly Line[] => {
  const { state } = view.change;
  const { people } = view;
  return [
    ...agreedLines(words, view.change, votesIn(state), { ...view, standIns: [] }),
    ...(state.state === 'denied' ? [words.say('why.denied-by', { who: nameOf(people, state.by) })] : []),
  ];
};

type Confirming = Extract<ChangeView['change']['state'], { state: 'confirming' }>;

/** Who has a say in whether it stays, and who has none and why. */
const keepingLines = (words: Words, view: ChangeView, state: Confirming): readonly Line[] => {
  const { change, people } = view;
  const cannot = people.flatMap((person) => {
    const may = mayKeep(state.keeping, change.requester, person);
    if (may.ok) return [];
    const why = words.say(`why.${may.error.no}`, { role: words.say(`role.${person.role}`) });
    return [words.say('why.cannot', { who: nameOf(people, person.id), why })];
  });
  return [...keepLines(words, view, state), ...cannot];
};

const votingLines = (words: Words, view: ChangeView, state: Voting): readonly Line[] => {
  const slots = slotLines(words, view, state);
  const none = slots.length === 0 ? [words.say('why.none-needed')] : [];
  const factor = state.secondFactor ? [words.say('why.second-factor')] : [];
  const cannot = cannotLines(words, view, state);
  return [...none, ...slots, ...factor, ...cannot, ...revertLines(words, view, state)];
};

/**
 * The rules of the request, and where others hold by now those too, since both must be satisfied at the start. `mode`: how careful
 * its place is run now, where that is anything but standard. `hint`: how the
 * reader could break the glass.
 */
export type Rulings = {
  readonly asked: Spoken;
  readonly since: Spoken | null;
  readonly mode: Line | null;
  readonly hint: readonly Line[];
};

/** Which rules asked for what, who has filled which slot, and who cannot and why, in one card. */
export const whyCard = (words: Words, view: ChangeView, { asked, since, mode, hint }: Rulings): Card => {
  const { state } = view.change;
  const lead = words.say('why.lead', {
    no: String(view.change.no),
    state: words.say(`state.${state.state}`),
  });
  const voting = state.state === 'awaiting' || state.state === 'approved';
  const people = voting ? votingLines(words, view, state) : pastLines(words, view);
  const keeping = state.state === 'confirming' ? keepingLines(words, view, state) : [];
  return page(STATE_TONES[state.state], lead, [
    ...(mode ? [mode] : []),
    ...spokenLines(words, asked),
    ...(since ? [words.say('why.rules-now'), ...spokenLines(words, since)] : []),
    ...glassLines(words, view.change, view.people),
    ...people,
    ...keeping,
    ...hint,
  ]);
};
