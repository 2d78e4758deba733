import { RECIPES, readRecipes } from '#db/config/read-recipes';
import { askStandings, standingsOf } from '#db/ledger/standings';
import { allWorkers } from '#db/ledger/workers';
import type { Recipe } from '#policies/recipes/recipe';
import { no, ok } from '#policies/result';
import { recipeCard, recipesCard, standingsCard } from '../cards/recipes.ts';
import type { Answer, Asking, Command } from './command.ts';
import { findNode } from './find-target.ts';
import { isNode, nodesOf } from './nodes.ts';
import { OPTIONAL, option } from './option.ts';
import { withNode } from './with-node.ts';

/** They come with the release and are the same until the next one, so they are read once. */
let read: ReadonlyMap<string, Recipe> | undefined;
const recipes = (): ReadonlyMap<string, Recipe> => {
  read ??= readRecipes(RECIPES);
  return read;
};

/** What was seen longer ago than this (ms) is looked at anew. */
const FRESH = 30_000;

/** How recipes stand on a node, as it was seen last; its worker is asked to look again, and whoever asks again sees that. */
const onNode = (asking: Asking, text: string): Answer => {
  const { office, sight, words, now } = asking;
  const place = findNode(sight.inventories(), text);
  if (!place.ok) return place;
  const { site, node } = place.value;
  const worker = allWorkers(office.ledger).find((row) => row.site === site && row.node === node);
  if (!worker) return no({ no: 'no-worker', target: `${site}/${node}` });
  const seen = standingsOf(worker);
  const isFresh = seen !== null && now - seen.at < FRESH;
  if (!isFresh) askStandings(office.ledger, worker.address);
  return ok(standingsCard(words, `${site}/${node}`, { seen, isFresh }));
};

const list = (asking: Asking, args: readonly string[]): Answer => {
  const [text] = args;
  const named = text !== undefined && !recipes().has(text) && isNode(asking, text);
  return named ? onNode(asking, text) : show(asking, args);
};

const show = ({ words }: Asking, [id]: readonly string[]): Answer => {
  if (id === undefined) return ok(recipesCard(words, [...recipes().values()]));
  const recipe = recipes().get(id);
  if (!recipe)
    return no({ no: 'worker', refusal: { no: 'unknown-recipe', recipe: id, known: [...recipes().keys()] } });
  return ok(recipeCard(words, recipe));
};

/** What recipes there are, all that one of them wants, or how each stands on a node. */
export const recipesCommand: Command = {
  name: 'recipes',
  usage: 'recipes [RECIPE|NODE]',
  options: [option('of', 'text', OPTIONAL)],
  who: 'viewer',
  run: list,
};

/** `recipe NODE NAME` asks for it; so does `recipe apply NAME [NODE]`, and `recipe show NAME` tells what it wants. */
export const recipeCommand = (ask: Command): Command => ({
  ...ask,
  run: (asking, typed) => {
    const [verb, ...rest] = typed;
    if (verb === 'show') return show(asking, rest);
    return ask.run(asking, verb === 'apply' ? withNode(asking, rest, nodesOf(asking)) : typed);
  },
});
