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

/** Until when something may begin that may begin now, and when all of it must be over, if a window says so (ms). */
export type Leave = { readonly until: number; readonly finishBy: number | null };

/** The leave to begin now what was agreed to; null while there is none. */
export const leaveToBegin = (terms: Terms, agreed: Begins, now: number): Leave | null => {
  const begins = beginning(terms, agreed.since);
  const opening = commonOpening(terms.windows, now);
  if (begins === null || opening === null || now < begins.from) return null;
  if (opening === 'always') return { until: agreed.until, finishBy: null };
  if (now < opening.from) return null;
  return { until: Math.min(agreed.until, opening.until), finishBy: opening.finishBy };
};
