import { z } from 'zod';

/** How careful a site is run, most careful first: nothing changes; more is asked; what the rules say. */
export const MODES = ['read_only', 'production', 'standard'] as const;
/** Reads a mode; unknown words are refused. */
export const Mode = z.enum(MODES);
export type Mode = z.infer<typeof Mode>;

/** The more careful of two modes: that of a site and that of everything. */
export const moreCareful = (a: Mode, b: Mode): Mode => (MODES.indexOf(a) <= MODES.indexOf(b) ? a : b);
