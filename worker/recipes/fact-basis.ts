import type { Basis } from '#policies/plan';
import type { Recipe } from '#policies/recipes/recipe';
import { cpuOf, memoryOf, nicsOf, subscribed, virtualOf } from './facts.ts';

/** The name under which a basis holds whether the host has a subscription. */
export const SUBSCRIPTION = 'host subscription';

/** What recipes look at of a host beside what they change, by the name in a basis; undefined for any other name. */
const FACTS: { readonly [fact: string]: (root: string) => string | Promise<string> } = {
  subscription: async (root) => String(await subscribed(root)),
  cpu: (root) => cpuOf(root) ?? 'unknown',
  virtual: virtualOf,
  memory: (root) => String(memoryOf(root)),
  nics: (root) =>
    nicsOf(root)
      .map(({ nic, mac }) => `${nic} ${mac}`)
      .join(', '),
};

/** A fact of a host as it is now; undefined where there is no fact of this name. */
export const factNow = async (root: string, fact: string): Promise<string | undefined> =>
  Object.hasOwn(FACTS, fact) ? FACTS[fact]?.(root) : undefined;

/** The facts that a recipe is made of: for whom it is, and what fills its holes. */
const usedBy = ({ for: needs, files }: Recipe): readonly string[] => [
  ...(needs.cpu === undefined ? [] : ['cpu']),
  ...(needs.virtual === undefined ? [] : ['virtual']),
  ...(files.some(({ content }) => content.includes('{arc_max}')) ? ['memory'] : []),
  ...(files.some(({ each }) => each === 'nic') ? ['nics'] : []),
];

/** What a plan relies on of the host itself: another processor, card or memory at the start makes it another plan. */
export const factBasis = (root: string, recipe: Recipe): Promise<readonly Basis[]> =>
  Promise.all(
    usedBy(recipe).map(async (fact) => ({ of: `host ${fact}`, value: (await factNow(root, fact)) ?? '' })),
  );
