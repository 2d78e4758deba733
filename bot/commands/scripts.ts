import { ok } from '#policies/result';
import { scriptCard, scriptsCard } from '../cards/scripts.ts';
import type { Answer, Asking, Command } from './command.ts';
import { OPTIONAL, option } from './option.ts';
import { withNode } from './with-node.ts';

/** Every script of this name, with its node and the site before that. */
const named = ({ sight }: Asking, name: string) =>
  sight.inventories().flatMap(({ site, scripts: catalogues }) =>
    catalogues.flatMap(({ node, scripts }) => {
      const row = scripts.known ? scripts.value.find((one) => one.name === name) : undefined;
      return row ? [{ node: `${site}/${node}`, row }] : [];
    }),
  );

const show = (asking: Asking, [name]: readonly string[]): Answer => {
  const { words, sight } = asking;
  if (name === undefined)
    return ok(
      scriptsCard(
        words,
        sight.inventories().flatMap(({ scripts }) => scripts),
      ),
    );
  return ok(scriptCard(words, name, named(asking, name)));
};

/** What scripts the catalogues of the nodes have, or what is entered of one of them. */
export const scriptsCommand: Command = {
  name: 'scripts',
  usage: 'scripts [SCRIPT]',
  options: [option('script', 'text', OPTIONAL)],
  who: 'viewer',
  run: show,
};

const planned = (asking: Asking, words: readonly string[]): readonly string[] =>
  withNode(
    asking,
    words,
    named(asking, words[0] ?? '').map(({ node }) => node),
  );

/** `script NODE NAME` asks for it, and so does `script plan NAME [NODE]`; alone, or as `script show NAME`, it tells which there are. */
export const scriptCommand = (ask: Command): Command => ({
  ...ask,
  run: (asking, typed) => {
    const [verb, ...rest] = typed;
    if (verb === undefined || verb === 'show') return show(asking, rest);
    return ask.run(asking, verb === 'plan' ? planned(asking, rest) : typed);
  },
});
