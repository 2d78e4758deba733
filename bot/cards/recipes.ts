import type { RecipeEdit } from '#policies/recipes/edit';
import type { Recipe } from '#policies/recipes/recipe';
import type { Card, Line } from '../chat/card.ts';
import { page } from './look.ts';
import { listed, outside, type Words } from './words.ts';

/** What a recipe's edit comes to, in the notation of the file itself. */
const editText = (edit: RecipeEdit): string => {
  switch (edit.edit) {
    case 'block':
      return `${edit.path} +${edit.block.trimEnd().split('\n').length}`;
    case 'set':
      return `${edit.path} ${Object.entries(edit.set)
        .map(([key, value]) => `${key}: ${value}`)
        .join(', ')}`;
    case 'disable_repositories':
      return `${edit.path} -${edit.components.join(', ')}`;
  }
};

/** Everything a recipe wants, one thing a line; names and values of the host, which read the same in every language. */
const wantedBy = ({
  files,
  edits,
  sysctl,
  packages,
  units,
  cmdline,
  autotrim,
}: Recipe): readonly string[] => [
  ...packages.install.map((name) => `+ ${name}`),
  ...packages.may_remove.map((name) => `(- ${name})`),
  ...files.map(({ path, on }) => (on ? `${path} (${on.join(', ')})` : path)),
  ...edits.map(editText),
  ...Object.entries(sysctl).map(([key, value]) => `${key} = ${value}`),
  ...cmdline.add.map((token) => `+ ${token}`),
  ...cmdline.remove.map((token) => `- ${token}`),
  ...units.map(({ unit, enabled, active }) => `${unit} ${enabled}${active ? ', active' : ''}`),
  ...(autotrim === undefined ? [] : [`autotrim=${autotrim}`]),
];

const riskText = (words: Words, { risk, reboot }: Recipe): Line => {
  const said = words.say(`risk.${risk}`);
  return reboot ? listed([said, words.say('recipes.reboot')]) : said;
};

/** Every recipe with what it does, how risky that is, and whether it needs a reboot. */
export const recipesCard = (words: Words, recipes: readonly Recipe[]): Card =>
  page(
    'neutral',
    words.say('recipes.lead'),
    [],
    recipes.map((recipe) =>
      words.say('recipes.row', {
        recipe: outside(recipe.id),
        title: outside(recipe.title),
        risk: riskText(words, recipe),
      }),
    ),
  );

/** One recipe with all it wants. What that comes to on a node only a plan says. */
export const recipeCard = (words: Words, recipe: Recipe): Card =>
  page(
    'neutral',
    [outside(`${recipe.id}: ${recipe.title}`)],
    [
      words.say('recipes.risk', { risk: riskText(words, recipe) }),
      words.say('recipes.for', { releases: outside(recipe.for.debian.join(', ')) }),
      words.say('recipes.does'),
      ...wantedBy(recipe).map((text): Line => [outside(text)]),
      words.say('recipes.ask', { example: `/recipe NODE ${recipe.id}` }),
    ],
  );
