import type { Recipe } from '#policies/recipes/recipe';
import type { Standing } from '#policies/recipes/standing';
import { readPackage } from '../shell/dpkg.ts';
import type { RecipeHost } from './host.ts';
import { misfit, planSections } from './plan-recipe.ts';

const isMissing = async ({ root }: RecipeHost, { packages }: Recipe): Promise<boolean> => {
  const found = await Promise.all(packages.install.map((name) => readPackage(root, name)));
  return found.some(({ version }) => version === null);
};

/** What planning it would come to. A package that is missing is enough to know: apt is not asked what it would bring along. */
const standingOf = async (host: RecipeHost, recipe: Recipe): Promise<Omit<Standing, 'recipe'>> => {
  const why = await misfit(host, recipe);
  if (why !== undefined) return { is: 'unfit', why };
  if (await isMissing(host, recipe)) return { is: 'differs' };
  const planned = await planSections(host, recipe);
  if (planned.ok) return { is: planned.value.effects.length === 0 ? 'holds' : 'differs' };
  const { error } = planned;
  if (error.no === 'recipe-not-for-this-host') return { is: 'unfit', why: error.why };
  return { is: 'stopped' };
};

/** How long looking at all recipes may take (ms), in which none begins after its end. */
const WITHIN = 20_000;

/** How each recipe stands on a host, by planning and nothing else. */
export const standingsOf = async (
  host: RecipeHost,
  recipes: readonly Recipe[],
  now: () => number,
): Promise<readonly Standing[]> => {
  const until = now() + WITHIN;
  const all: Standing[] = [];
  for (const recipe of recipes) {
    const stands = now() < until ? await standingOf(host, recipe) : ({ is: 'unseen' } as const);
    all.push({ recipe: recipe.id, ...stands });
  }
  return all;
};
