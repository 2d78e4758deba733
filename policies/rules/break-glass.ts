import { z } from 'zod';
import { Duration } from './duration.ts';
import { Who } from './who.ts';

const PER = ' per ';
const RATE = /^[1-9]\d? per [1-9]\d{0,5}[smhd]$/;

/** So many in so long (ms), written "3 per 24h". */
const Rate = z
  .string({ error: 'so many in so long, such as "3 per 24h"' })
  .regex(RATE)
  .transform((text) => {
    const gap = text.indexOf(PER);
    return { count: Number(text.slice(0, gap)), per: Duration.parse(text.slice(gap + PER.length)) };
  });
export type Rate = z.infer<typeof Rate>;

/**
 * Who may start something without the missing votes, and what follows. `review_within`: until when somebody else writes a
 * review (ms). `most`: so often at most. `max_open`: with so many reviews owed the glass stays whole. `windows`: whether a
 * closed window still holds it up. Where the file has no such section there is no break-glass.
 */
export const BreakGlass = z.strictObject({
  who: Who,
  review_within: Duration.default(24 * 3_600_000),
  most: Rate.prefault('3 per 24h'),
  max_open: z.int('a whole number from 1 to 20').min(1).max(20).default(3),
  windows: z.enum(['keep', 'skip']).default('keep'),
});
export type BreakGlass = z.infer<typeof BreakGlass>;
