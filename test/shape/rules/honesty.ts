import { childText, type Node } from '../nodes.ts';
import { at, isProduct, type Rule, type Source } from '../source.ts';

/** Only there a schema is asked for itself: asked anywhere else it throws where a value brings a `length` that is no number. */
const READER = 'policies/read-with.ts';

const inside = (outer: Node, inner: { readonly start: number; readonly end: number }): boolean =>
  outer.start <= inner.start && inner.end <= outer.end;

const isClassOfOurs = (node: Node): boolean =>
  /^Class(Declaration|Expression)$/.test(node.type) &&
  !JSON.stringify(node.raw['superClass'] ?? '').includes('Error"');

/** What is wrong with one node, or undefined. */
const faultOf = (source: Source, node: Node): string | undefined => {
  if (node.type === 'TSAnyKeyword') return '`any` turns the compiler off';
  if (node.type === 'TSEnumDeclaration' || node.type === 'TSModuleDeclaration')
    return 'Node cannot strip this type';
  if (node.type === 'CatchClause' && node.raw['param'] === null)
    return source.comments.some((comment) => inside(node, comment))
      ? undefined
      : 'an error that is not looked at needs a comment that says why that is right';
  if (isProduct(source) && source.path !== READER && childText(node, 'property', 'name') === 'safeParse')
    return `what comes from outside is read by ${READER}`;
  return isProduct(source) && isClassOfOurs(node) ? 'only errors are classes' : undefined;
};

const unfinished = ({ comments }: Source) =>
  comments.filter(({ value }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(value));

const check = (source: Source) => [
  ...source.nodes.flatMap((node) => {
    const fault = faultOf(source, node);
    return fault === undefined ? [] : [at(source, node, fault)];
  }),
  ...unfinished(source).map((comment) => at(source, comment, 'unfinished work belongs in an issue')),
];

/** Nothing is hidden: from the compiler, from the reader, or from whoever has to find the error. */
export const honesty: Rule = {
  name: 'honesty',
  sentence:
    'no `any`, no enum or namespace, no class but errors, no error swallowed in silence, nothing from outside that can throw, no TODO',
  check,
};
