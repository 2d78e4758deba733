import type { ZonedWindow } from '../calendar/common-opening.ts';

const DAY = 24 * 60;

type Minutes = { readonly from: number; readonly until: number; readonly finishBy: number | null };

const holds = (outer: Minutes, inner: Minutes, shift: number): boolean =>
  outer.from + shift <= inner.from &&
  inner.until <= outer.until + shift &&
  (outer.finishBy === null || (inner.finishBy !== null && inner.finishBy <= outer.finishBy + shift));

/** The weekday so many days before or after (1 to 7, Monday first). */
const dayAfter = (day: number, days: number): number => ((day - 1 + days + 7) % 7) + 1;

/**
 * Does each opening of `inner` lie in one of `outer`, and must it be over as early? Local times keep their order where the clock
 * changes, so what holds for them holds for moments. An opening that only two of `outer` hold together counts as outside.
 */
export const isWithin = (inner: ZonedWindow, outer: ZonedWindow): boolean =>
  inner.zone === outer.zone &&
  inner.window.days.every((day) =>
    [-1, 0, 1].some(
      (days) =>
        outer.window.days.includes(dayAfter(day, days)) && holds(outer.window, inner.window, days * DAY),
    ),
  );
