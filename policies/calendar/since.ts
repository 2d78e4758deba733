import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { Duration } from '../rules/duration.ts';
import { CalendarDate } from './freeze.ts';
import { Clock } from './run-at.ts';
import { firstMoment, localTime, type Zone } from './zone.ts';

const Dated = CalendarDate.transform(
  (text) => ({ by: 'date', local: Temporal.PlainDateTime.from(text) }) as const,
);

const Ago = Duration.transform((ms) => ({ by: 'ago', ms }) as const);

const Yesterday = z.literal('yesterday').transform((by) => ({ by }) as const);
const Today = z.literal('today').transform((by) => ({ by }) as const);

/**
 * A moment that is over, as people type it: `2h` (so long ago), `02:30`, `2026-11-25`, `2026-11-25T18:00`, `today` from its
 * beginning, or `yesterday` at this time of day.
 */
export const Since = z.union([Clock, Dated, Ago, Yesterday, Today]);
export type Since = z.infer<typeof Since>;

/** The moment (ms) that is meant: a time of day is the latest one up to `now`. A date may be ahead of it. */
export const momentSince = (wish: Since, now: number, zone: Zone): number => {
  if (wish.by === 'ago') return now - wish.ms;
  if (wish.by === 'date') return firstMoment(wish.local, zone);
  const local = localTime(now, zone);
  if (wish.by === 'yesterday') return firstMoment(local.subtract({ days: 1 }), zone);
  const day = local.toPlainDate();
  if (wish.by === 'today') return firstMoment(day.toPlainDateTime(), zone);
  const last = firstMoment(day.toPlainDateTime(wish.time), zone);
  return last <= now ? last : firstMoment(day.subtract({ days: 1 }).toPlainDateTime(wish.time), zone);
};
