import { z } from 'zod';
import { RecipePath } from './path.ts';

const text = z.string().min(1).max(16_384);

/**
 * A change inside a file that is not the recipe's own. `block`: lines between two marks, at its end, or at its start where `at`
 * says so. `set`: settings of the form `key: value`, each on a line of its own. `disable_repositories`: the entries with one of
 * these components are switched off, unless the host has a valid subscription. A file that is not there is left so, but
 * where `create` says it may be made.
 */
export const RecipeEdit = z.discriminatedUnion('edit', [
  z.strictObject({
    edit: z.literal('block'),
    path: RecipePath,
    block: text,
    at: z.enum(['start', 'end']).default('end'),
  }),
  z.strictObject({
    edit: z.literal('set'),
    path: RecipePath,
    set: z.record(z.string().regex(/^[a-z][a-z0-9_-]*$/), z.string().regex(/^[^\n]{1,200}$/)),
  }),
  z.strictObject({
    edit: z.literal('disable_repositories'),
    path: RecipePath,
    components: z.array(z.string().regex(/^[a-z-]+$/)).min(1),
  }),
]);
export type RecipeEdit = z.infer<typeof RecipeEdit>;
