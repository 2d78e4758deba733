import { type Opening, openingFrom, type Window } from './window.ts';
import type { Zone } from './zone.ts';

/** A window and the zone whose clocks it is read by. */
export type ZonedWindow = { readonly name: string; readonly window: Window; readonly zone: Zone };

/** Windows repeat every week; three cover one that a change of the clock swallowed (ms). */
const HORIZON = 21 * 86_400_000;

const earliest = (moments: readonly (number | null)[]): number | null => {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.min(...known);
};

/**
 * When all of these windows are open together: the time that holds `at`, or the first one after it. Of no windows
 * it is all of time, from -Infinity to Infinity; null where they are never open together.
 */
export const commonOpening = (windows: readonly ZonedWindow[], at: number): Opening | null => {
  let moment = at;
  while (moment < at + HORIZON) {
    const openings = windows.map(({ window, zone }) => openingFrom(window, moment, zone));
    const open = openings.filter((opening) => opening !== null);
    if (open.length < windows.length) return null;
    const from = Math.max(...open.map((opening) => opening.from));
    const until = Math.min(...open.map((opening) => opening.until));
    if (from < until) return { from, until, finishBy: earliest(open.map(({ finishBy }) => finishBy)) };
    moment = from;
  }
  return null;
};
