import { RECIPES, readRecipes } from '#db/config/read-recipes';
import type { Recipe } from '#policies/recipes/recipe';
import { no, ok } from '#policies/result';
import { recipeCard, recipesCard } from '../cards/recipes.ts';
import type { Answer, Asking, Command } from './command.ts';
import { nodesOf, onlyNode } from './nodes.ts';
import { OPTIONAL, option } from './option.ts';

/** They come with the release and are the same until the next one, so they are read once. */
let read: ReadonlyMap<string, Recipe> | undefined;
const recipes = (): ReadonlyMap<string, Recipe> => {
  read ??= readRecipes(RECIPES);
  return read;
};

const show = ({ words }: Asking, [id]: readonly string[]): Answer => {
  if (id === undefined) return ok(recipesCard(words, [...recipes().values()]));
  const recipe = recipes().get(id);
  if (!recipe)
    return no({ no: 'worker', refusal: { no: 'unknown-recipe', recipe: id, known: [...recipes().keys()] } });
  return ok(recipeCard(words, recipe));
};

/** What recipes there are, or all that one of them wants. */
export const recipesCommand: Command = {
  name: 'recipes',
  usage: 'recipes [RECIPE]',
  options: [option('recipe', 'text', OPTIONAL)],
  who: 'viewer',
  run: show,
};

/** `apply RECIPE` names no node where there is only one. */
const withNode = (asking: Asking, [id, ...rest]: readonly string[]): readonly string[] => {
  const nodes = nodesOf(asking);
  const isNode = (text: string | undefined): boolean =>
    nodes.some((one) => one === text || one.endsWith(`/${text}`));
  const [first, ...more] = rest;
  if (first !== undefined && isNode(first)) return [first, ...(id === undefined ? [] : [id]), ...more];
  const only = onlyNode(asking);
  return only === undefined || id === undefined ? [] : [only, id, ...rest];
};

/** `recipe NODE NAME` asks for it; so does `recipe apply NAME [NODE]`, and `recipe show NAME` tells what it wants. */
export const recipeCommand = (ask: Command): Command => ({
  ...ask,
  run: (asking, typed) => {
    const [verb, ...rest] = typed;
    if (verb === 'show') return show(asking, rest);
    return ask.run(asking, verb === 'apply' ? withNode(asking, rest) : typed);
  },
});
