import { z } from 'zod';
import { RecipeId } from './recipe.ts';

/**
 * How a recipe stands on a host: `holds`, all of it is so; `differs`, something is not; `unfit`, it is not for that host; `stopped`,
 * something stands against it there; `unseen`, there was no time to look.
 */
export const Standing = z.object({
  recipe: RecipeId,
  is: z.enum(['holds', 'differs', 'unfit', 'stopped', 'unseen']),
  /** What speaks against it, in the host's own words. */
  why: z.string().exactOptional(),
});
export type Standing = z.infer<typeof Standing>;

/** How all recipes stood on a host at a moment (ms). */
export const Standings = z.object({ at: z.int(), standings: z.array(Standing) });
export type Standings = z.infer<typeof Standings>;
