import type { Node } from '../nodes.ts';
import { at, type Rule, type Source } from '../source.ts';

const declares = (node: Node): boolean => {
  const declaration = node.raw['declaration'];
  return node.type === 'ExportNamedDeclaration' && declaration !== null && declaration !== undefined;
};

const hasDoc = (source: Source, node: Node): boolean =>
  source.comments.some(
    ({ type, value, start, end }) =>
      type === 'Block' &&
      value.startsWith('*') &&
      start < node.start &&
      source.text.slice(end, node.start).trim() === '',
  );

/** `export type X = z.infer<typeof X>` under the schema of that name is documented there. */
const isNamesake = (source: Source, node: Node): boolean =>
  /^export type (\w+) = z\.\w+<typeof \1>;?$/.test(source.text.slice(node.start, node.end));

const check = (source: Source) =>
  source.path.startsWith('policies/')
    ? source.nodes
        .filter((node) => declares(node) && !hasDoc(source, node) && !isNamesake(source, node))
        .map((node) => at(source, node, 'what policies/ exports has a docstring'))
    : [];

/** The words of the domain are explained where they are defined. */
export const docstrings: Rule = {
  name: 'docstrings',
  sentence: 'everything that policies/ exports has a docstring',
  check,
};
