import type { Decision, Terms } from '#policies/decide/decision';
import type { GlassTerms } from '#policies/decide/glass-terms';
import { differingTerms } from '#policies/review/strictness';
import type { Line } from '../chat/card.ts';
import { needsText, refusalText } from './refusal.ts';
import { spanText } from './span.ts';
import { windowTimes } from './window.ts';
import { listed, outside, type Words } from './words.ts';

const yes = (words: Words, said: boolean): Line => words.say(said ? 'term.yes' : 'term.no');

const glassText = (words: Words, { who, most, reviewWithin, maxOpen, skipsWindows }: GlassTerms): Line =>
  words.say('term.glass', {
    who: needsText(
      words,
      who.map((one) => ({ count: 1, ...one })),
    ),
    most: listed(most.map(({ count, per }) => words.say('term.rate', { count, per: spanText(words, per) }))),
    review: spanText(words, reviewWithin),
    open: maxOpen,
    windows: words.say(skipsWindows ? 'term.skips-windows' : 'term.keeps-windows'),
  });

const TERMS: { readonly [K in keyof Terms]: (words: Words, terms: Terms) => Line } = {
  needs: (words, { needs }) => (needs.length === 0 ? words.say('term.nobody') : needsText(words, needs)),
  expires: (words, { expires }) => words.say('term.expires', { time: spanText(words, expires) }),
  voteValidFor: (words, { voteValidFor }) => words.say('term.vote', { time: spanText(words, voteValidFor) }),
  cooldown: (words, { cooldown }) => words.say('term.cooldown', { time: spanText(words, cooldown) }),
  reason: (words, { reason }) => words.say('term.reason', { said: yes(words, reason) }),
  confirm: (words, { confirm }) => words.say('term.confirm', { said: yes(words, confirm) }),
  secondFactor: (words, { secondFactor }) =>
    words.say('term.second-factor', { said: yes(words, secondFactor) }),
  alone: (words, { alone }) => words.say('term.alone', { said: yes(words, alone) }),
  revert: (words, { revert }) =>
    revert === null
      ? words.say('term.no-revert')
      : words.say('term.revert', {
          time: spanText(words, revert.after),
          who: words.say(`term.keep-${revert.keepBy}`),
        }),
  glass: (words, { glass }) => (glass === null ? words.say('term.no-glass') : glassText(words, glass)),
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
