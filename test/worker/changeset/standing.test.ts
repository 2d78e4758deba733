import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { ChangeSet } from '#worker/changeset/change';
import { readMeta } from '#worker/changeset/read-meta';
import { standing } from '#worker/changeset/standing';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'quorate-standing-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (name: string, text: string | null): void =>
  text === null
    ? rmSync(join(root, name), { force: true })
    : writeFileSync(join(root, name), text, { mode: 0o644 });
const meta = (name: string) => readMeta(Buffer.from(join(root, name)), { path: `/${name}`, most: 1000 });

/** Two files that change and one that comes, the host being as before. */
const threeChanges = (): ChangeSet => {
  const sides = { a: ['1', '2'], b: ['1', '2'], c: [null, '2'] } as const;
  return Object.entries(sides).map(([name, [from, to]]) => {
    put(name, to);
    const after = meta(name);
    put(name, from);
    return { path: `/${name}`, before: meta(name), after };
  });
};
const look = (changes: ChangeSet) => standing({ root, mounts: [{ path: '/', profile: 'posix' }] }, changes);

test('a set stands as it found the host, or as it leaves it, or its odd paths are named', () => {
  const changes = threeChanges();
  assert.deepEqual(look(changes), { stands: 'before' });
  for (const name of ['a', 'b', 'c']) put(name, '2');
  assert.deepEqual(look(changes), { stands: 'after' });
  chmodSync(join(root, 'b'), 0o600);
  assert.deepEqual(look(changes), { stands: 'neither', others: ['/b'] });
  put('a', '1');
  assert.deepEqual(look(changes), { stands: 'neither', others: ['/a', '/b'] });
});

test('a set without paths stands as before', () => assert.deepEqual(look([]), { stands: 'before' }));
