import { z } from 'zod';
import { between, CalendarDate } from '../calendar/freeze.ts';
import type { StandIn } from '../change/stand-in.ts';
import { PersonId } from '../ids.ts';
import type { Rules } from './schema.ts';

/** Who votes for somebody who is away, written by the clocks of the file's zone; without `from` it holds at once. */
export const StandInText = z.strictObject({
  for: PersonId,
  by: PersonId,
  from: CalendarDate.optional(),
  until: CalendarDate,
});
type StandInText = z.infer<typeof StandInText>;

/** Before any stand-in begins (ms). */
const ALWAYS = 0;

/** From when to when it holds (ms). */
export const lastingOf = (
  { from, until }: StandInText,
  zone: NonNullable<Rules['zone']>,
): { readonly from: number; readonly until: number } => {
  const lasts = between({ from: from ?? until, until }, zone);
  return { from: from === undefined ? ALWAYS : lasts.from, until: lasts.until };
};

/** Every stand-in that a file names, whenever it holds. Files of before there were any have none. */
export const standInsOf = (rules: Partial<Pick<Rules, 'zone' | 'stand_ins'>>): readonly StandIn[] => {
  const { zone, stand_ins: list = [] } = rules;
  if (zone === undefined) return []; // Rules refuses a stand-in without a zone
  return list.map((one) => ({ for: one.for, by: one.by, ...lastingOf(one, zone) }));
};
