import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import type { FileState } from '#policies/effect';
import { fileState, LARGEST, readFileState } from '#worker/changeset/read-file';
import { clearDraft, replaceFile } from '#worker/changeset/replace-file';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'quorate-changeset-'));
  mkdirSync(join(root, 'etc'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const text = (content: string, mode = 0o644): FileState => fileState(content, { mode, ...owner });
const state = (path: string): FileState | null => {
  const read = readFileState(root, path);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
};
const problem = (result: { ok: boolean; error?: { problem: string } }): string | undefined =>
  result.error?.problem;

test('a file is created, changed and taken away again, byte for byte, with mode and owner', () => {
  const [a, b] = [text('one\n', 0o600), text('two\n', 0o4755)];
  for (const [from, to] of [
    [null, a],
    [a, b],
    [b, a],
    [a, null],
  ] as const) {
    assert.deepEqual(replaceFile(root, '/etc/x', { from, to }), { ok: true, value: true });
    assert.deepEqual(state('/etc/x'), to);
    assert.deepEqual(readdirSync(join(root, 'etc')), to ? ['x'] : []);
  }
});

test('any text comes back as it was after being replaced and put back', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.integer({ min: 0o400, max: 0o777 }),
      (one, two, mode) => {
        fc.pre(one.isWellFormed() && two.isWellFormed());
        const [from, to] = [text(one, mode), text(two)];
        replaceFile(root, '/etc/p', { from: null, to: from });
        replaceFile(root, '/etc/p', { from, to });
        assert.ok(replaceFile(root, '/etc/p', { from: to, to: from }).ok);
        assert.deepEqual(state('/etc/p'), from);
        replaceFile(root, '/etc/p', { from, to: null });
      },
    ),
    { numRuns: 40 },
  );
});

test('a file that somebody edited meanwhile is left alone and said to differ', () => {
  writeFileSync(join(root, 'etc/x'), 'mine');
  const replaced = replaceFile(root, '/etc/x', { from: text('other'), to: text('new') });
  assert.equal(problem(replaced), 'differs');
  assert.equal(readFileSync(join(root, 'etc/x'), 'utf8'), 'mine');
});

test('a change of mode alone counts as an edit', () => {
  replaceFile(root, '/etc/x', { from: null, to: text('same') });
  chmodSync(join(root, 'etc/x'), 0o600);
  assert.equal(problem(replaceFile(root, '/etc/x', { from: text('same'), to: null })), 'differs');
});

test('links, folders, pipes, hard links, large and binary files are no files for a change', () => {
  symlinkSync('/etc/passwd', join(root, 'etc/link'));
  mkdirSync(join(root, 'etc/folder'));
  execFileSync('mkfifo', [join(root, 'etc/pipe')]);
  writeFileSync(join(root, 'etc/one'), 'x');
  linkSync(join(root, 'etc/one'), join(root, 'etc/two'));
  writeFileSync(join(root, 'etc/large'), Buffer.alloc(LARGEST + 1));
  writeFileSync(join(root, 'etc/binary'), Buffer.from([0xff, 0xfe]));
  const seen = ['link', 'folder', 'pipe', 'two', 'large', 'binary'].map((name) =>
    problem(readFileState(root, `/etc/${name}`)),
  );
  assert.deepEqual(seen, [
    'not-a-regular-file',
    'not-a-regular-file',
    'not-a-regular-file',
    'hard-linked',
    'too-large',
    'not-text',
  ]);
});

test('no path and no link leads out of the root', () => {
  symlinkSync('/tmp', join(root, 'etc/out'));
  mkdirSync(join(root, 'real'));
  symlinkSync('../real', join(root, 'etc/inside'));
  const to = text('x');
  for (const path of ['/etc/../../x', '/etc/out/x', 'etc/x', '/etc/', '/etc//x'])
    assert.equal(problem(replaceFile(root, path, { from: null, to })), 'outside-root', path);
  assert.ok(replaceFile(root, '/etc/inside/x', { from: null, to }).ok);
  assert.ok(statSync(join(root, 'real/x')).isFile());
});

test('a folder that is missing is said, not made', () => {
  assert.equal(problem(replaceFile(root, '/none/x', { from: null, to: text('x') })), 'no-folder');
});

test('what a killed write left is cleared, and does not stop the next write', () => {
  writeFileSync(join(root, 'etc/.x.quorate-draft'), 'half');
  assert.ok(replaceFile(root, '/etc/x', { from: null, to: text('whole') }).ok);
  assert.deepEqual(readdirSync(join(root, 'etc')), ['x']);
  writeFileSync(join(root, 'etc/.x.quorate-draft'), 'half');
  clearDraft(root, '/etc/x');
  assert.deepEqual(readdirSync(join(root, 'etc')), ['x']);
});
