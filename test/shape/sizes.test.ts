import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { functionsOf, linesOfFile, linesOfNode } from './rules/sizes.ts';
import { isProduct, readTree } from './source.ts';

const root = join(import.meta.dirname, '..', '..');

const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) * share)] ?? 0;

const summary = (numbers: readonly number[]): string =>
  [0.5, 0.9, 1].map((share) => quantile(numbers, share)).join(' / ');

it('half of the files have at most 60 lines and half of the functions at most 10', (t) => {
  const tree = readTree(root).filter(isProduct);
  const files = tree.map(linesOfFile);
  const functions = tree.flatMap((source) => functionsOf(source).map((node) => linesOfNode(source, node)));
  assert.ok(files.length > 100 && functions.length > 500, 'hardly anything was seen');
  t.diagnostic(`${files.length} files, lines at median / p90 / most: ${summary(files)}`);
  t.diagnostic(`${functions.length} functions, lines at median / p90 / most: ${summary(functions)}`);
  assert.ok(quantile(files, 0.5) <= 60);
  assert.ok(quantile(functions, 0.5) <= 10);
});
