import { basename } from 'node:path';
import { importsOf } from '../imports.ts';
import { childText, type Node } from '../nodes.ts';
import { at, isProduct, type Rule, type Source } from '../source.ts';

const readsEnv = (node: Node): boolean =>
  node.type === 'MemberExpression' &&
  childText(node, 'object', 'name') === 'process' &&
  (childText(node, 'property', 'name') === 'env' || childText(node, 'property', 'value') === 'env');

const check = (source: Source) => {
  if (!isProduct(source) || basename(source.path) === 'config.ts') return [];
  return [
    ...source.nodes.filter(readsEnv).map((node) => at(source, node, 'process.env is read in config.ts only')),
    ...importsOf(source)
      .filter(({ specifier }) => specifier === 'node:process' || specifier === 'process')
      .map(({ node }) => at(source, node, 'node:process is a way around config.ts')),
  ];
};

/** Configuration arrives as an argument. */
export const environment: Rule = {
  name: 'environment',
  sentence: 'only config.ts reads the environment',
  check,
};
