import type { Decision, Terms } from '#policies/decide/decision';
import { differingTerms } from '#policies/review/strictness';
import type { Line } from '../chat/card.ts';
import { needsText, refusalText } from './refusal.ts';
import { windowTimes } from './window.ts';
import { listed, outside, type Words } from './words.ts';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** A length of time (ms) in its largest whole unit: "2 days", "90 minutes". */
export const spanText = (words: Words, ms: number): Line => {
  const [unit, size] = UNITS.find(([, of]) => ms >= of && ms % of === 0) ?? (['second', 1000] as const);
  return words.say(`span.${unit}`, { count: Math.round(ms / size) });
};

const yes = (words: Words, said: boolean): Line => words.say(said ? 'term.yes' : 'term.no');

const TERMS: { readonly [K in keyof Terms]: (words: Words, terms: Terms) => Line } = {
  needs: (words, { needs }) => (needs.length === 0 ? words.say('term.nobody') : needsText(words, needs)),
  expires: (words, { expires }) => words.say('term.expires', { time: spanText(words, expires) }),
  voteValidFor: (words, { voteValidFor }) => words.say('term.vote', { time: spanText(words, voteValidFor) }),
  cooldown: (words, { cooldown }) => words.say('term.cooldown', { time: spanText(words, cooldown) }),
  reason: (words, { reason }) => words.say('term.reason', { said: yes(words, reason) }),
  confirm: (words, { confirm }) => words.say('term.confirm', { said: yes(words, confirm) }),
  alone: (words, { alone }) => words.say('term.alone', { said: yes(words, alone) }),
  windows: (words, { windows }) =>
    windows.length === 0
      ? words.say('term.any-time')
      : words.say('term.windows', {
          windows: outside(windows.map(({ name, window }) => `${name} (${windowTimes(window)})`).join(', ')),
        }),
};

/** What a decision comes to, beside another: who must agree, and each other term that differs. */
export const outcomeText = (words: Words, decision: Decision, other: Decision): Line => {
  if (decision.verdict === 'refuse')
    return words.say('term.refused', { why: refusalText(words, decision.refusal) });
  const differing = other.verdict === 'refuse' ? [] : differingTerms(decision, other);
  const more = differing.filter((term) => term !== 'needs').map((term) => TERMS[term](words, decision));
  return listed([TERMS.needs(words, decision), ...more]);
};
