import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';

/** True for a name of the IANA time zone database that this machine's Node knows. */
const isZone = (name: string): boolean => {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

/** A time zone by its IANA name, such as Europe/Berlin. An offset such as +01:00 is refused: it knows no summer time. */
export const Zone = z
  .string()
  .refine((name) => /^[A-Za-z]/.test(name) && isZone(name), 'an IANA time zone such as "Europe/Berlin"')
  .brand<'Zone'>();
export type Zone = z.infer<typeof Zone>;

/** What clocks in a zone read at a moment (ms). */
export const localTime = (at: number, zone: Zone): Temporal.PlainDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();

/**
 * The first moment (ms) at which a clock in this zone reads `local` or later. Where the clock jumps over `local` that is
 * the moment of the jump, and where it shows `local` twice the first of the two.
 */
export const firstMoment = (local: Temporal.PlainDateTime, zone: Zone): number => {
  const before = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const exists = before.toPlainDateTime().equals(local);
  return (exists ? before : (before.getTimeZoneTransition('next') ?? before)).epochMilliseconds;
};
