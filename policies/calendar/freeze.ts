import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { firstMoment, type Zone } from './zone.ts';

const DATE = /^\d{4}-\d{2}-\d{2}(T([01]\d|2[0-3]):[0-5]\d)?$/;

const read = (text: string): Temporal.PlainDateTime | null => {
  if (!DATE.test(text)) return null;
  try {
    return Temporal.PlainDateTime.from(text);
  } catch (error) {
    if (error instanceof RangeError) return null; // a 30th of February
    throw error;
  }
};

/** A date such as 2026-12-24, or with a time of day 2026-12-24T18:00, by the clocks of the file's zone. */
export const CalendarDate = z
  .string({ error: 'a date such as 2026-12-24 or 2026-12-24T18:00' })
  .refine((text) => read(text) !== null);

const momentOf = (text: string, zone: Zone, wholeDays: number): number => {
  const local = read(text);
  if (local === null) throw new RangeError(`${text} is no date: the schema let it pass`);
  return firstMoment(text.includes('T') ? local : local.add({ days: wholeDays }), zone);
};

/** A time from one date to another, both in ms. An end that names only a day holds that day too. */
export const between = (
  { from, until }: { readonly from: string; readonly until: string },
  zone: Zone,
): { readonly from: number; readonly until: number } => ({
  from: momentOf(from, zone, 0),
  until: momentOf(until, zone, 1),
});
