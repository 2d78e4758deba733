import { at, type Rule, type Source } from '../source.ts';

const check = (source: Source) =>
  source.nodes.flatMap((node) => {
    if (node.type === 'ExportDefaultDeclaration' && !source.path.endsWith('.config.ts'))
      return [at(source, node, 'a default export has no name of its own')];
    // drizzle-kit reads the tables of a database from one file, so its schema.ts gathers them.
    const gathers = source.path.startsWith('db/') && source.path.endsWith('/schema.ts');
    const passesOn =
      node.type === 'ExportAllDeclaration' ||
      (node.type === 'ExportNamedDeclaration' && node.raw['source'] !== null);
    return passesOn && !gathers ? [at(source, node, 'a file exports what it defines')] : [];
  });

/** What is exported has one name and one home. */
export const exportsRule: Rule = {
  name: 'exports',
  sentence: 'no file has a default export or passes on the exports of another',
  check,
};
