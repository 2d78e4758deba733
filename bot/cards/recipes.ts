import type { RecipeEdit } from '#policies/recipes/edit';
import type { Recipe } from '#policies/recipes/recipe';
import type { Standing, Standings } from '#policies/recipes/standing';
import type { Card, Line } from '../chat/card.ts';
import { accessText } from './access-text.ts';
import { page } from './look.ts';
import { listed, outside, type Words, when } from './words.ts';

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
  diversions,
  access,
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
  ...diversions.map(({ package: name, program }) => `dpkg-divert ${program} (${name})`),
  ...access.map((entry) => `+ ${accessText(entry)}`),
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

/** What was seen of a node's recipes, if anything was; not `isFresh`: its worker is looking again. */
type Seen = { readonly seen: Standings | null; readonly isFresh: boolean };

/** In this order they are told: first what could be done. */
const ORDER = ['differs', 'stopped', 'unseen', 'holds', 'unfit'] as const;

const standingLine = (words: Words, { recipe, is, why }: Standing): Line =>
  words.say(why === undefined ? 'recipes.stands' : 'recipes.stands-why', {
    recipe: outside(recipe),
    is: words.say(`recipes.is-${is}`),
    ...(why === undefined ? {} : { why: outside(why) }),
  });

/** How each recipe stands on a node: what holds there already, what would be changed, and what is not for it. */
export const standingsCard = (words: Words, node: string, { seen, isFresh }: Seen): Card => {
  const looking = isFresh ? [] : [words.say('recipes.looking')];
  const known = seen ? [words.say('recipes.as-of', { when: when(seen.at) })] : [];
  const rows = ORDER.flatMap((is) => seen?.standings.filter((one) => one.is === is) ?? []);
  return page(
    'neutral',
    words.say('recipes.on', { node: outside(node) }),
    [...known, ...looking],
    rows.map((one) => standingLine(words, one)),
  );
};
