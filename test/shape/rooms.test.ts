import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const rooms = ['policies', 'db', 'bot', 'worker', 'test'];

/** Lines that fit on one screen. */
const screen = 60;

/** What may be seen at the top level beside the rooms. */
const topLevel = [
  'main.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'README.md',
  'LICENSE',
  'CONTRIBUTING.md',
  'DESIGN.md',
];

const lines = (path: string): number => readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length;

describe('the rooms', () => {
  for (const room of rooms)
    it(`${room}/ explains itself`, () =>
      assert.ok(existsSync(join(root, room, 'README.md')), `${room}/README.md is missing`));

  it('no explanation of a folder is longer than one screen', () => {
    const found = globSync(`{${rooms.join(',')}}/**/README.md`, { cwd: root });
    assert.ok(found.length > 0, 'no README.md was seen');
    assert.deepEqual(
      found.filter((path) => lines(path) > screen).map((path) => `${path}: ${lines(path)} lines`),
      [],
    );
  });

  it('nothing else is at the top level', () => {
    const visible = readdirSync(root).filter(
      (name) => !name.startsWith('.') && name !== 'node_modules' && name !== 'coverage',
    );
    assert.deepEqual(
      visible.filter((name) => !rooms.includes(name) && !topLevel.includes(name)),
      [],
    );
  });
});
