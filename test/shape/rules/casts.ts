import type { Node } from '../nodes.ts';
import { at, type Rule, type Source } from '../source.ts';

const isConst = ({ raw }: Node): boolean =>
  JSON.stringify(raw['typeAnnotation'] ?? null).includes('"name":"const"');

const claimOf = (node: Node): string | undefined => {
  if (node.type === 'TSAsExpression' || node.type === 'TSTypeAssertion')
    return isConst(node) ? undefined : 'a cast';
  return node.type === 'TSNonNullExpression' ? 'a `!`' : undefined;
};

/** The lines that a comment is on or ends just above. */
const explainedLines = ({ comments, lineOf }: Source): Set<number> =>
  new Set(
    comments.flatMap(({ start, end }) => {
      const last = lineOf(end);
      return [...Array.from({ length: last - lineOf(start) + 1 }, (_, back) => last - back), last + 1];
    }),
  );

/** The lines where a reader looks for the reason: those of the claim, and of the statement that it stands in. */
const linesOf = (source: Source, node: Node): number[] => {
  let statement: Node = node;
  while (statement.parent && !/Statement$|Declaration$|^Property$/.test(statement.type))
    statement = statement.parent;
  return [source.lineOf(node.start), source.lineOf(node.end), source.lineOf(statement.start)];
};

const check = (source: Source) => {
  const explained = explainedLines(source);
  return source.nodes.flatMap((node) => {
    const claim = claimOf(node);
    if (claim === undefined || linesOf(source, node).some((line) => explained.has(line))) return [];
    return [at(source, node, `${claim} needs a comment that says why it is right`)];
  });
};

/** What the compiler cannot see for itself is explained to the reader. */
export const casts: Rule = {
  name: 'casts',
  sentence: 'a cast or a `!` has a comment on its line or the line before',
  check,
};
