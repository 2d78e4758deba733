import type { NodeScripts, ScriptRow } from '#policies/inventory';
import type { Card, Line } from '../chat/card.ts';
import { page } from './look.ts';
import { outside, type Words } from './words.ts';

const rowsOf = (words: Words, { node, scripts }: NodeScripts): readonly Line[] =>
  scripts.known
    ? scripts.value.map(({ name, title }) =>
        words.say('scripts.row', { node: outside(node), script: outside(name), title: outside(title) }),
      )
    : [words.say('scripts.unknown', { node: outside(node) })];

/** The scripts of every node, as root entered them there. */
export const scriptsCard = (words: Words, catalogues: readonly NodeScripts[]): Card => {
  const rows = catalogues.flatMap((one) => rowsOf(words, one));
  return page('neutral', words.say('scripts.lead'), [], rows.length > 0 ? rows : [words.say('scripts.none')]);
};

const entered = (words: Words, node: string, { path, sha256, args }: ScriptRow): readonly Line[] => [
  words.say('scripts.path', { node: outside(node), path: outside(path) }),
  words.say('scripts.sha256', { sha256: outside(sha256) }),
  ...(args.length > 0 ? [words.say('scripts.args', { args: outside(args.join(' ')) })] : []),
];

/** One script on every node that has one of its name. What it would change only a plan says. */
export const scriptCard = (
  words: Words,
  name: string,
  found: readonly { readonly node: string; readonly row: ScriptRow }[],
): Card => {
  const [first] = found;
  if (!first) return page('neutral', words.say('scripts.no-such', { script: outside(name) }), []);
  return page(
    'neutral',
    [outside(`${name}: ${first.row.title}`)],
    [
      ...found.flatMap(({ node, row }) => entered(words, node, row)),
      words.say('scripts.ask', { example: `/script plan ${name} ${first.node}` }),
    ],
  );
};
