import { ACTIONS } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { shortName } from '#policies/target';
import type { Line } from '../chat/card.ts';
import { outside, type Words } from './words.ts';

const quoted = (text: string): string => (/[\s"]/.test(text) ? `"${text.replaceAll('"', '')}"` : text);

/** What is typed to ask for the same once more; null for what is asked for in other words. */
const typedAgain = ({ action, target, params }: Change): string | null => {
  const { command, target: kind, positional } = ACTIONS[action];
  if (kind === 'change') return typeof params['no'] === 'number' ? `/${command} ${params['no']}` : null;
  if (kind !== 'guest' && kind !== 'node') return null;
  const places: readonly string[] = positional;
  const given = Object.entries(params).map(
    ([name, value]) => [name, quoted(typeof value === 'string' ? value : JSON.stringify(value))] as const,
  );
  const known = new Map(given);
  const first = places.flatMap((name) => known.get(name) ?? []);
  const named = given.filter(([name]) => !places.includes(name)).map((pair) => pair.join('='));
  return [`/${command}`, shortName(target), ...first, ...named].join(' ');
};

/** How the same is asked for once more, where that is one line. */
export const askAgainLines = (words: Words, change: Change): readonly Line[] => {
  const typed = typedAgain(change);
  return typed === null ? [] : [words.say('change.ask-again', { typed: outside(typed) })];
};
