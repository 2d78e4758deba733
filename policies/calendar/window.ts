import type { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { firstMoment, localTime, type Zone } from './zone.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DAY_MINUTES = 24 * 60;

/** A time of day as "22:00", read as minutes since midnight (0 to 1440). */
const TimeOfDay = z
  .string({ error: 'a time of day in quotes, such as "22:00"' })
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time of day such as "22:00"')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const WindowText = z.strictObject({
  days: z
    .array(z.enum(DAYS))
    .min(1)
    .default([...DAYS]),
  from: TimeOfDay,
  until: TimeOfDay,
  finish_by: TimeOfDay.optional(),
});

/** Minutes from the beginning of the day on which the window opens; a time not after `from` is one of the next day. */
const after = (from: number, time: number): number => (time > from ? time : time + DAY_MINUTES);

/**
 * A weekly time in which changes may begin. `days` are those on which it opens; it may last over midnight. In minutes
 * since the midnight before it opened: `from` when it opens, `until` when nothing may begin any more, `finishBy` when all
 * must be over.
 */
export const Window = WindowText.transform(({ days, from, until, finish_by }, context) => {
  const end = after(from, until);
  const finishBy = finish_by === undefined ? null : after(from, finish_by);
  const problems = [
    { wrong: from === DAY_MINUTES, at: 'from', expected: 'a time before 24:00' },
    {
      wrong: until === from,
      at: 'until',
      expected: 'another time than "from"; a whole day is 00:00 to 24:00',
    },
    { wrong: finishBy !== null && finishBy < end, at: 'finish_by', expected: 'a time not before "until"' },
  ];
  for (const { wrong, at, expected } of problems)
    if (wrong) context.addIssue({ code: 'custom', path: [at], message: expected });
  return { days: days.map((day) => DAYS.indexOf(day) + 1), from, until: end, finishBy };
});
export type Window = z.infer<typeof Window>;

/** One time that a window is open. All in ms; it is open from `from` on and no more at `until`. */
export type Opening = { readonly from: number; readonly until: number; readonly finishBy: number | null };

const momentOf = (day: Temporal.PlainDate, minutes: number, zone: Zone): number =>
  firstMoment(day.toPlainDateTime('00:00').add({ minutes }), zone);

const openingOn = (window: Window, day: Temporal.PlainDate, zone: Zone): Opening | null => {
  if (!window.days.includes(day.dayOfWeek)) return null;
  const { from, until, finishBy } = window;
  const opening = { from: momentOf(day, from, zone), until: momentOf(day, until, zone) };
  // A window that lies in the hour that clocks skip in spring does not open that day.
  if (opening.from >= opening.until) return null;
  return { ...opening, finishBy: finishBy === null ? null : momentOf(day, finishBy, zone) };
};

/** A weekly window that a change of the clock swallowed opens a week later; two weeks and the day before see every one. */
const LOOK_AHEAD = 15;

/** The opening that holds `at`, or the first one after it; null where none comes within two weeks. */
export const openingFrom = (window: Window, at: number, zone: Zone): Opening | null => {
  const yesterday = localTime(at, zone).toPlainDate().subtract({ days: 1 });
  for (let days = 0; days <= LOOK_AHEAD; days += 1) {
    const opening = openingOn(window, yesterday.add({ days }), zone);
    if (opening !== null && at < opening.until) return opening;
  }
  return null;
};
