import { expected } from '#policies/expected';
import { Recipe } from '#policies/recipes/recipe';

/** What is wrong with a recipe, with its place, as people are told. */
export const complaints = (recipe: object): readonly string[] =>
  (Recipe.safeParse(recipe, { error: expected }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
