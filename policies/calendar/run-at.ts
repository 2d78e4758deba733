import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { Duration } from '../rules/duration.ts';
import { CalendarDate } from './freeze.ts';
import { firstMoment, localTime, type Zone } from './zone.ts';

/** How far ahead something can be asked for (ms). What people agreed to a week ago they no longer have in mind. */
export const FURTHEST = 7 * 86_400_000;

/** A time of day, such as 02:30. */
export const Clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .transform((time) => ({ by: 'clock', time: Temporal.PlainTime.from(time) }) as const);

const Dated = CalendarDate.refine((text) => text.includes('T')).transform(
  (text) => ({ by: 'date', local: Temporal.PlainDateTime.from(text) }) as const,
);

const After = z
  .string()
  .startsWith('+')
  .transform((text) => text.slice(1))
  .pipe(Duration)
  .transform((ms) => ({ by: 'wait', ms }) as const);

/** When something is wanted, as people type it: `02:30`, `2026-11-26T02:30`, or `+2h` from now. */
export const RunAt = z.union([Clock, Dated, After]);
export type RunAt = z.infer<typeof RunAt>;

/**
 * The moment (ms) that is meant: a time of day is the next one after `now`. Where clocks jump over it that is the moment of the
 * jump, and where they show it twice the first of the two.
 */
export const momentOf = (wish: RunAt, now: number, zone: Zone): number => {
  if (wish.by === 'wait') return now + wish.ms;
  if (wish.by === 'date') return firstMoment(wish.local, zone);
  const today = localTime(now, zone).toPlainDate();
  const first = firstMoment(today.toPlainDateTime(wish.time), zone);
  return first > now ? first : firstMoment(today.add({ days: 1 }).toPlainDateTime(wish.time), zone);
};

/** Why a moment (ms) cannot be asked for at `now`; null where it can. */
export const notAhead = (at: number, now: number): 'past' | 'too-far' | null => {
  if (at <= now) return 'past';
  return at > now + FURTHEST ? 'too-far' : null;
};

/** What the clocks of a zone read at a moment (ms), with the zone's name: "2026-11-26 02:30 Europe/Berlin". */
export const clockText = (at: number, zone: Zone): string =>
  `${localTime(at, zone).toString({ smallestUnit: 'minute' }).replace('T', ' ')} ${zone}`;
