import { type Node, textField } from '../nodes.ts';
import { at, isProduct, type Rule, type Source } from '../source.ts';

const platforms = ['telegram', 'discord', 'slack'] as const;

const mayNameAny = /(^|\/)(config|main|platforms)\.ts$/;

/** The words that a node puts into the program: a name, a text, or a piece of a template. */
const wordsOf = (node: Node): string => {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return textField(node, 'name') ?? '';
  if (node.type === 'Literal') return textField(node, 'value') ?? '';
  if (node.type !== 'TemplateElement') return '';
  const value = node.raw['value'];
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : '';
};

const strangers = (path: string): readonly string[] =>
  mayNameAny.test(path) ? [] : platforms.filter((platform) => !path.startsWith(`bot/${platform}/`));

const check = (source: Source) => {
  if (!isProduct(source)) return [];
  const foreign = strangers(source.path);
  return source.nodes.flatMap((node) => {
    const words = wordsOf(node).toLowerCase();
    const named = foreign.find((platform) => words.includes(platform));
    return named === undefined ? [] : [at(source, node, `${named} is named outside bot/${named}/`)];
  });
};

/** Neutral code does not know which platform it speaks to. */
export const platformNames: Rule = {
  name: 'platform-names',
  sentence: 'a chat platform is named in its own folder, config.ts, main.ts and platforms.ts only',
  check,
};
