import { childText, type Node, textField } from '../nodes.ts';
import { at, isProduct, type Rule, type Source } from '../source.ts';

/** Hard limits, in lines. The habit is a sixth of them. */
const limits = { file: 300, testFile: 450, function: 60 };

const isFunction = (node: Node): boolean =>
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);

/** Lines that a node takes, its first and last included. */
export const linesOfNode = (source: Source, node: Node): number =>
  source.lineOf(node.end) - source.lineOf(node.start) + 1;

/** Lines of a file, blank ones not counted. */
export const linesOfFile = ({ text }: Source): number =>
  text.split('\n').filter((line) => line.trim() !== '').length;

/** The functions of a file. */
export const functionsOf = ({ nodes }: Source): Node[] => nodes.filter(isFunction);

const nameOf = (node: Node): string =>
  childText(node, 'id', 'name') ??
  (node.parent && childText(node.parent, 'id', 'name')) ??
  textField(node, 'type') ??
  '';

const check = (source: Source) => {
  const most = isProduct(source) ? limits.file : limits.testFile;
  const lines = linesOfFile(source);
  const long = isProduct(source)
    ? functionsOf(source).filter((node) => linesOfNode(source, node) > limits.function)
    : [];
  return [
    ...(lines > most ? [at(source, { start: 0 }, `the file has ${lines} lines, more than ${most}`)] : []),
    ...long.map((node) =>
      at(
        source,
        node,
        `${nameOf(node)} has ${linesOfNode(source, node)} lines, more than ${limits.function}`,
      ),
    ),
  ];
};

/** What can be read in one go stays that way. */
export const sizes: Rule = {
  name: 'sizes',
  sentence: 'no file has more than 300 lines (a test 450) and no function more than 60',
  check,
};
