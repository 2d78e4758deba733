import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comment, parseSync } from 'oxc-parser';
import { type Node, nodesOf } from './nodes.ts';

/** A parsed TypeScript file. `path` is relative to the repository (or the planted tree) that it was read from. */
export type Source = {
  readonly path: string;
  readonly text: string;
  readonly nodes: readonly Node[];
  readonly comments: readonly Comment[];
  /** The line, from 1, of an offset in `text`. */
  lineOf(offset: number): number;
};

/** Something a rule forbids, and where. */
export type Violation = { readonly path: string; readonly line: number; readonly what: string };

/** A rule of the house: its sentence, and what breaks it in one file. */
export type Rule = {
  /** Names the folder of planted files in test/fixture/shape. */
  readonly name: string;
  readonly sentence: string;
  readonly check: (source: Source) => readonly Violation[];
};

const counter = (text: string): ((offset: number) => number) => {
  const starts = [...text.matchAll(/\n/g)].map(({ index }) => index);
  return (offset) => starts.filter((start) => start < offset).length + 1;
};

/** Parses one file; throws when it is no TypeScript. */
export const readSource = (root: string, path: string): Source => {
  const text = readFileSync(join(root, path), 'utf8');
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  return { path, text, nodes: nodesOf(program), comments, lineOf: counter(text) };
};

/** Every TypeScript file of the rooms and the top level below `root`, without the planted ones. */
export const readTree = (root: string): Source[] =>
  globSync(['*.ts', '{bot,db,policies,test,worker}/**/*.ts'], { cwd: root })
    .filter((path) => !path.startsWith('test/fixture/shape/'))
    .sort()
    .map((path) => readSource(root, path));

/** A violation at the start of `node`. */
export const at = (source: Source, node: { readonly start: number }, what: string): Violation => ({
  path: source.path,
  line: source.lineOf(node.start),
  what,
});

/** True for code that people run; false for tests and what they need. */
export const isProduct = ({ path }: Source): boolean => !path.startsWith('test/');
