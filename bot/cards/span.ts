import type { Line } from '../chat/card.ts';
import type { Words } from './words.ts';

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
