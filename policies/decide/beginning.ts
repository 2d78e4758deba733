import { commonOpening } from '../calendar/common-opening.ts';
import type { Begins } from '../change/state.ts';
import type { Terms } from './decision.ts';

/**
 * When something may begin that the last person agreed to at `since` (ms): after its rest, while all its windows are open,
 * and for as long as a plan may wait. Null where the windows are never open together.
 */
export const beginning = ({ cooldown, windows, expires }: Terms, since: number): Begins | null => {
  const rested = since + cooldown;
  const opening = commonOpening(windows, rested);
  if (opening === null) return null;
  if (opening === 'always') return { since, from: rested, until: rested + expires };
  const from = Math.max(rested, opening.from);
  return { since, from, until: Math.min(from + expires, opening.until) };
};
