import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { executionOf, holderOf } from '#db/journal/execution';
import { changeId } from '#test/db/journal/sample';
import type { Point } from '#worker/jobs/worker';
import { rig } from './rig.ts';

const a = changeId('a');

/** Two files and, where it is to fail, a third that cannot be written; broken off at one moment and started again. */
const story = async (point: Point, fails: boolean, meanwhile: (root: string) => void = () => undefined) => {
  const r = rig();
  writeFileSync(join(r.root, 'etc/one'), 'old\n', { mode: 0o640 });
  r.wants({ '/etc/one': 'new\n', '/etc/two': 'more\n', ...(fails ? { '/missing/three': 'never\n' } : {}) });
  await r.plan(a);
  r.diesAt(point);
  await r.send({ job: 'run', change: a, ticket: r.ticket(a) });
  meanwhile(r.root);
  await r.restart();
  const text = (name: string): string | null =>
    existsSync(join(r.root, 'etc', name)) ? readFileSync(join(r.root, 'etc', name), 'utf8') : null;
  const end = executionOf(r.journal, a);
  const ended = r.reports().filter(({ report }) => report === 'finished' || report === 'lost').length;
  const seen = {
    state: end?.state,
    end: end?.outcome?.end,
    one: text('one'),
    two: text('two'),
    ended,
    files: readdirSync(join(r.root, 'etc')).length,
    locked: holderOf(r.journal, 'home/pve1') !== undefined,
  };
  r.close();
  return seen;
};

const OLD = { one: 'old\n', two: null, ended: 1, files: 1, locked: false, state: 'done' };
const NEW = { one: 'new\n', two: 'more\n', ended: 1, files: 2, locked: false, state: 'done' };

const PLAIN: readonly (readonly [Point, object])[] = [
  ['claimed', { ...OLD, end: 'failed' }],
  ['step-begun', { ...OLD, end: 'failed' }],
  ['effect-done', { ...OLD, end: 'reverted' }],
  ['step-done', { ...OLD, end: 'reverted' }],
  ['verifying', { ...NEW, end: 'succeeded' }],
  ['probed', { ...NEW, end: 'succeeded' }],
  ['reported', { ...NEW, end: 'succeeded' }],
];

for (const [point, expected] of PLAIN)
  test(`broken off at "${point}" of its first step or later, a change of two files ends whole or not at all`, async () => {
    assert.deepEqual(await story(point, false), expected);
  });

for (const point of ['step-failed', 'undo-begun', 'undo-done'] as const)
  test(`broken off at "${point}", what is being taken back is taken back to its end`, async () => {
    assert.deepEqual(await story(point, true), { ...OLD, end: 'reverted' });
  });

test('a file that is neither as before nor as after, because somebody wrote it meanwhile, makes the end unknown', async () => {
  const seen = await story('effect-done', false, (root) => writeFileSync(join(root, 'etc/one'), 'theirs\n'));
  assert.deepEqual(seen, { ...OLD, one: 'theirs\n', state: 'unknown', end: undefined, locked: true });
});

test('a message that was accepted and not dealt with is taken up after a restart, once', async () => {
  const r = rig();
  r.wants({ '/etc/one': 'new\n' });
  await r.plan(a);
  r.diesAt('guarded');
  await r.send({ job: 'run', change: a, ticket: r.ticket(a) });
  assert.equal(executionOf(r.journal, a), undefined);
  await r.restart();
  await r.restart();
  assert.equal(executionOf(r.journal, a)?.outcome?.end, 'succeeded');
  assert.equal(r.reports().filter(({ report }) => report === 'finished').length, 1);
  r.close();
});
