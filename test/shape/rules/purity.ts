import { childText, isReference, type Node, textField } from '../nodes.ts';
import { at, type Rule, type Source } from '../source.ts';

const impureGlobals = new Set([
  'process',
  'globalThis',
  'console',
  'performance',
  'crypto',
  'Buffer',
  'Promise',
  'fetch',
  'Intl',
  'WebSocket',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'structuredClone',
  'require',
]);

const clockAndChance = new Set(['Date.now', 'Math.random', 'Temporal.Now']);

const hasArguments = ({ raw }: Node): boolean =>
  Array.isArray(raw['arguments']) && raw['arguments'].length > 0;

/** What is impure about one node, or undefined. */
const impurity = (node: Node): string | undefined => {
  if (isReference(node)) {
    const name = textField(node, 'name') ?? '';
    return impureGlobals.has(name) ? name : undefined;
  }
  if (node.type === 'MemberExpression') {
    const name = `${childText(node, 'object', 'name')}.${childText(node, 'property', 'name')}`;
    return clockAndChance.has(name) ? name : undefined;
  }
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const readsClock = childText(node, 'callee', 'name') === 'Date' && !hasArguments(node);
    return readsClock ? 'the clock' : undefined;
  }
  if (node.type === 'AwaitExpression' || node.raw['async'] === true) return 'waiting';
  return undefined;
};

const check = (source: Source) =>
  source.path.startsWith('policies/')
    ? source.nodes.flatMap((node) => {
        const found = impurity(node);
        return found === undefined ? [] : [at(source, node, `policies/ must not use ${found}`)];
      })
    : [];

/** policies/ decides from what it is given, and from nothing else. */
export const purity: Rule = {
  name: 'purity',
  sentence: 'policies/ reads no clock, chance, environment or global, and promises nothing',
  check,
};
