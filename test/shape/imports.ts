import { childText, type Node } from './nodes.ts';
import type { Source } from './source.ts';

/** What a file imports, statically, dynamically or in a type, and the node that does it. */
export type Import = { readonly specifier: string | undefined; readonly node: Node };

const importing = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** Every import of a file. `specifier` is undefined where it is not known before the program runs. */
export const importsOf = ({ nodes }: Source): Import[] =>
  nodes
    .filter((node) => importing.has(node.type) && node.raw['source'] !== null)
    .map((node) => ({ specifier: childText(node, 'source', 'value'), node }));
