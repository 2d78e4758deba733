import type { Check } from '#policies/check';
import type { Seen } from '#policies/probe';
import type { Line } from '../chat/card.ts';
import { isKey, listed, outside, type Words } from './words.ts';

/** Facts whose values are a worker's words; those of all others are names, numbers and words of Proxmox, and stand as they came. */
const WORDED: readonly string[] = ['status', 'needs', 'state', 'quorum', 'backup'];

/** What probes see of the same kind; what a setting or a file holds is nobody's word. */
const SEEN_AS_FOUND: readonly Seen['probe']['probe'][] = ['setting', 'apt-config', 'guest-on-node'];

/** One of the worker's words in ours; anything else as outside text. */
const valueText = (words: Words, value: string): Line => {
  const key = `value.${value.replaceAll(' ', '-')}`;
  return isKey(key) ? words.say(key) : [outside(value)];
};

const factText = (words: Words, name: string, value: string | number | boolean): Line => {
  if (name === 'ageHours') return words.say('fact.ageHours', { hours: String(value) });
  const key = `fact.${name}`;
  const said = isKey(key) ? words.say(key) : [outside(name)];
  const worded = typeof value === 'boolean' || WORDED.includes(name);
  const values = String(value).split(', ');
  const shown = worded ? listed(values.map((one) => valueText(words, one))) : [outside(String(value))];
  return listed([said, shown], ' ');
};

/** A check's facts as " (name value, …)". */
export const factsText = (words: Words, facts: Check['facts']): Line => {
  const items = Object.entries(facts).map(([name, value]) => factText(words, name, value));
  return items.length === 0 ? [] : listed([' (', listed(items), ')'], '');
};

/** What a probe saw. */
export const sawText = (words: Words, { probe, saw }: Seen): Line =>
  SEEN_AS_FOUND.includes(probe.probe) ? [outside(saw)] : valueText(words, saw);
