import { type Command, forEachChild, type ParsedScript, parse, type SyntaxNode } from 'unbash';
import type { Invocation, Text } from './invocation.ts';
import { baseName, DETACHING, unwrap } from './unwrap.ts';
import { wordText } from './word-text.ts';

/** Where a script cannot be read as shell; `line` from 1. */
export type Unreadable = { readonly line: number; readonly why: string };

/** What a script's text says that it runs. */
export type ReadScript = {
  readonly invocations: readonly Invocation[];
  readonly unreadable: readonly Unreadable[];
};

/** Text inside text inside text: deeper than this nobody writes. */
const DEEPEST = 8;

const SHELLS = ['bash', 'sh', 'dash', 'ash', 'zsh', 'ksh'];

/** The text that a command runs as shell, where it says it: `bash -c TEXT`, `eval TEXT`, `trap TEXT EXIT`. */
const innerText = (name: Text, args: readonly Text[]): Text => {
  if (name === 'trap') return args[0] ?? null;
  if (name === 'eval') return args.includes(null) ? null : args.join(' ');
  if (name === null || !SHELLS.includes(name)) return null;
  const flag = args.findIndex((arg) => arg !== null && /^-[a-z]*c$/.test(arg));
  return flag < 0 ? null : (args[flag + 1] ?? null);
};

type Context = {
  readonly source: string;
  readonly firstLine: number;
  /** The line of the command around. */
  readonly here: number;
  readonly depth: number;
  readonly upstream: readonly Invocation[];
  readonly background: boolean;
};

type Found = { readonly invocations: Invocation[]; readonly unreadable: Unreadable[] };

const lineAt = ({ source, firstLine }: Context, pos: number): number =>
  firstLine + source.slice(0, pos).split('\n').length - 1;

const children = (node: SyntaxNode): readonly SyntaxNode[] => {
  const all: SyntaxNode[] = [];
  forEachChild(node, (child) => all.push(child));
  return all;
};

const WRITING = ['>', '>>', '>|', '&>', '&>>', '<>'];

const writesOf = ({ redirects }: Command): readonly Text[] =>
  redirects.flatMap((one) =>
    one.type === 'Redirect' && WRITING.includes(one.operator) && one.target ? [wordText(one.target)] : [],
  );

const wordsOf = ({ name, args }: Command): readonly Text[] =>
  name ? [wordText(name), ...args.map((arg) => (arg.type === 'Word' ? wordText(arg) : arg.text))] : [];

const inText = (text: Text, context: Context, line: number, found: Found): readonly Invocation[] => {
  if (text === null) return [];
  if (context.depth >= DEEPEST) {
    found.unreadable.push({ line, why: `text inside text, ${DEEPEST} deep` });
    return [];
  }
  const inner = { ...context, source: text, firstLine: line, here: line, depth: context.depth + 1 };
  const before = found.invocations.length;
  script(parse(text), inner, found);
  return found.invocations.slice(before);
};

const command = (node: Command, context: Context, found: Found): void => {
  const within: Found = { invocations: [], unreadable: found.unreadable };
  const line = lineAt(context, node.pos);
  for (const child of children(node))
    visit(child, { ...context, here: line, upstream: [], background: false }, within);
  found.invocations.push(...within.invocations);
  const { words, wrappers } = unwrap(wordsOf(node));
  const [first, ...args] = words;
  if (first === undefined) return;
  const name = baseName(first);
  const inner = inText(innerText(name, args), { ...context, upstream: [] }, line, found);
  found.invocations.push({
    name,
    args,
    line,
    writes: writesOf(node),
    background: context.background || wrappers.some((wrapper) => DETACHING.includes(wrapper)),
    upstream: context.upstream,
    within: [...within.invocations, ...inner],
  });
};

const pipeline = (stages: readonly SyntaxNode[], context: Context, found: Found): void => {
  const before = found.invocations.length;
  for (const stage of stages)
    visit(stage, { ...context, upstream: [...context.upstream, ...found.invocations.slice(before)] }, found);
};

const script = (parsed: ParsedScript, context: Context, found: Found): void => {
  for (const { message, pos } of parsed.errors ?? [])
    found.unreadable.push({ line: lineAt(context, pos), why: message });
  for (const child of children(parsed)) visit(child, context, found);
};

const visit = (node: SyntaxNode, context: Context, found: Found): void => {
  if (node.type === 'Command') return command(node, context, found);
  if (node.type === 'Pipeline') return pipeline(node.commands, context, found);
  if (node.type === 'Script') return script(node, inScript(node, context), found);
  const background = node.type === 'Statement' && node.background === true;
  for (const child of children(node))
    visit(child, { ...context, background: context.background || background }, found);
};

/** A script in backticks has a text of its own, in which its places are counted. */
const inScript = (node: ParsedScript, context: Context): Context =>
  node.source === undefined
    ? context
    : { ...context, source: node.source, firstLine: context.here, depth: context.depth + 1 };

/** Every command that a script's text names, those inside its strings and substitutions too, inner ones first. */
export const readScript = (source: string): ReadScript => {
  const found: Found = { invocations: [], unreadable: [] };
  script(parse(source), { source, firstLine: 1, here: 1, depth: 0, upstream: [], background: false }, found);
  return found;
};
