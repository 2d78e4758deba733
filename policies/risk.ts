import { z } from 'zod';

/** How much a change can hurt, weakest first. The plan's content may raise a catalogue row's risk, never lower it. */
export const RISKS = ['low', 'medium', 'high', 'critical'] as const;
/** Reads a risk; unknown words are refused. */
export const Risk = z.enum(RISKS);
export type Risk = z.infer<typeof Risk>;

/** The higher of two risks. */
export const higherRisk = (a: Risk, b: Risk): Risk => (RISKS.indexOf(a) >= RISKS.indexOf(b) ? a : b);
