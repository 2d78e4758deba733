import type { Scope } from '#policies/scope';
import { scopeParts } from '#policies/scope-text';
import type { Line } from '../chat/card.ts';
import { listed, outside, type Words } from './words.ts';

const some = (
  words: Words,
  key: 'scope.pools' | 'scope.guests',
  parts: readonly string[],
): readonly Line[] => (parts.length === 0 ? [] : [words.say(key, { list: outside(parts.join(', ')) })]);

/** What somebody is bound to. */
export const scopeText = (words: Words, scope: Scope): Line => {
  if (scope === 'everything') return words.say('scope.everything');
  const { pools, guests } = scopeParts(scope);
  const parts = [...some(words, 'scope.pools', pools), ...some(words, 'scope.guests', guests)];
  return parts.length === 0 ? words.say('scope.nothing') : words.say('scope.only', { parts: listed(parts) });
};

/** The same for whom it says something: nothing of people who are bound to nothing. */
export const boundLines = (words: Words, scope: Scope): readonly Line[] =>
  scope === 'everything' ? [] : [scopeText(words, scope)];
