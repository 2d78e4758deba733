import { Temporal } from 'temporal-polyfill';
import { firstMoment, Zone } from '../calendar/zone.ts';
import type { Rules } from '../rules/schema.ts';

const UTC = Zone.parse('UTC');

/**
 * The moment (ms) at which the clocks of a rule file's zone, UTC where it names none, first read a text such as
 * 2026-11-29T02:30 or later; null for one that is no date.
 */
export const localMoment = (text: string, { zone }: Pick<Rules, 'zone'>): number | null => {
  try {
    return firstMoment(Temporal.PlainDateTime.from(text), zone ?? UTC);
  } catch (error) {
    if (error instanceof RangeError) return null; // a 30th of February
    throw error;
  }
};
