import { z } from 'zod';
import { PersonId, PlanHash } from '../ids.ts';

/**
 * That somebody started a plan without the missing votes, and why. `due`: until when the review of somebody else is owed;
 * `review`: null until it is written. A mark of the change for good. Times in ms.
 */
export const BrokenGlass = z.object({
  plan: PlanHash,
  by: PersonId,
  reason: z.string(),
  at: z.int(),
  due: z.int(),
  review: z.object({ by: PersonId, text: z.string(), at: z.int() }).nullable(),
});
export type BrokenGlass = z.infer<typeof BrokenGlass>;
