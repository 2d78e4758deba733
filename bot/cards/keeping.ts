import type { Change } from '#policies/change/change';
import type { Revert } from '#policies/change/revert';
import type { Chosen, State } from '#policies/change/state';
import type { Need } from '#policies/change/vote';
import type { Outcome } from '#policies/outcome';
import type { Person } from '#policies/person';
import type { Line } from '../chat/card.ts';
import { nameOf } from './approvals.ts';
import { spanText } from './span.ts';
import { outside, type Words, when } from './words.ts';

/** What lines about keeping are drawn from. */
type Known = { readonly change: Change; readonly people: readonly Person[] };

/** Who may keep it, in words: where nobody has to approve it, whoever asked is the only one. */
const keepersText = (
  words: Words,
  { keepBy, needs }: { readonly keepBy: Revert['keepBy']; readonly needs: readonly Need[] },
  { change, people }: Known,
): Line => {
  const who = nameOf(people, change.requester);
  const alone = keepBy === 'requester' && needs.length === 0;
  return words.say(alone ? 'keepers.requester-alone' : `keepers.${keepBy}`, { who });
};

/** Before anybody agrees: that it is taken back, when, and unless who keeps it. */
export const revertLines = (
  words: Words,
  known: Known,
  { revert, needs }: Extract<State, { state: 'awaiting' | 'approved' }>,
): readonly Line[] => {
  if (revert === null) return [];
  const who = keepersText(words, { keepBy: revert.keepBy, needs }, known);
  return [words.say('change.reverts', { time: spanText(words, revert.after), who })];
};

/** What waits to be kept: until when, who may, and what somebody said already. */
export const keepLines = (
  words: Words,
  known: Known,
  { keeping, until, chosen }: Extract<State, { state: 'confirming' }>,
): readonly Line[] => {
  const { no } = known.change;
  if (chosen) return [words.say(`change.chosen-${chosen.choice}`, { who: nameOf(known.people, chosen.by) })];
  return [
    words.say('change.confirming', { when: when(until), who: keepersText(words, keeping, known) }),
    words.say('change.keep-hint', { no: String(no) }),
  ];
};

/** Who kept it, or that they did so too late. */
export const keptLines = (
  words: Words,
  { people }: Known,
  { outcome, chosen }: { readonly outcome: Outcome; readonly chosen?: Chosen },
): readonly Line[] => {
  if (outcome.end === 'succeeded')
    return outcome.kept ? [words.say('change.kept', { who: nameOf(people, outcome.kept) })] : [];
  if (chosen?.choice !== 'keep') return [];
  return [words.say('change.kept-late', { who: nameOf(people, chosen.by) })];
};

/** Was it done, and not kept? Then it did not fail. */
export const isTakenBack = (outcome: Outcome): boolean =>
  outcome.end !== 'succeeded' && ['not-kept', 'called-back'].includes(outcome.failure.failure);

/** What is still in place where taking back ended, and why it did. */
export const leftLines = (
  words: Words,
  outcome: Outcome,
  failureText: (failure: Extract<Outcome, { end: 'failed' }>['failure']) => Line,
): readonly Line[] => {
  if (outcome.end !== 'failed' || !outcome.left) return [];
  const { steps, why } = outcome.left;
  const said = outside(steps.map((step) => step + 1).join(', '));
  return [
    why === null
      ? words.say('change.left', { steps: said })
      : words.say('change.left-why', { steps: said, why: failureText(why) }),
  ];
};
