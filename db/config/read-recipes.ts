import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Recipe } from '#policies/recipes/recipe';
import { readConfig } from './read-config.ts';

/** The recipes that come with Quorate. */
export const RECIPES = join(import.meta.dirname, '../../policies/recipes');

/** Every recipe of a folder by its name. A recipe that cannot be read is a fault of the release, so it throws. */
export const readRecipes = (folder: string): ReadonlyMap<string, Recipe> => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return new Map(
    files.sort().map((name) => {
      const recipe = readConfig(join(folder, name), Recipe);
      if (!recipe.ok) throw new Error(`recipe ${name}: ${JSON.stringify(recipe.error)}`);
      if (`${recipe.value.id}.yaml` !== name)
        throw new Error(`recipe ${name} calls itself ${recipe.value.id}`);
      return [recipe.value.id, recipe.value];
    }),
  );
};
