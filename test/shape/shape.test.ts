import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { importsOf } from './imports.ts';
import { rules } from './rules/table.ts';
import { readTree, type Source, type Violation } from './source.ts';

const root = join(import.meta.dirname, '..', '..');
const planted = join(root, 'test', 'fixture', 'shape');

const tell = ({ path, line, what }: Violation): string => `${path}:${line} ${what}`;
const inRoom = (tree: readonly Source[], room: string): Source[] =>
  tree.filter(({ path }) => path.startsWith(`${room}/`));

describe('the shape of the source', () => {
  const tree = readTree(root);

  it('is seen: every room has files, and they import each other', () => {
    for (const room of ['policies', 'db', 'bot', 'worker', 'test'])
      assert.ok(inRoom(tree, room).length >= 15, `only ${inRoom(tree, room).length} files in ${room}`);
    const specifiers = tree.flatMap(importsOf).map(({ specifier }) => specifier ?? '');
    assert.ok(
      specifiers.filter((each) => each.startsWith('#policies/')).length > 100,
      'hardly any import of policies',
    );
    assert.ok(specifiers.filter((each) => each.startsWith('node:')).length > 50, 'hardly any import of node');
  });

  for (const rule of rules) {
    it(rule.sentence, () => {
      assert.deepEqual(tree.flatMap(rule.check).map(tell), []);
    });
    it(`would be told otherwise: every planted file that breaks the rule "${rule.name}" is caught`, () => {
      const files = readTree(join(planted, rule.name));
      assert.ok(files.length > 0, `nothing is planted for ${rule.name}`);
      const escaped = files.filter((file) => rule.check(file).length === 0);
      assert.deepEqual(
        escaped.map(({ path }) => path),
        [],
      );
    });
  }
});
