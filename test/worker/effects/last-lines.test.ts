import assert from 'node:assert/strict';
import { test } from 'node:test';
import { no, ok } from '#policies/result';
import { lastLines } from '#worker/effects/last-lines';

/** A log of so many lines as Proxmox serves it. */
const logOf = (count: number) => {
  const lines = Array.from({ length: count }, (_, at) => `line ${at + 1}`);
  return async (start: number, limit: number) => ok(lines.slice(start, start + limit));
};

test('of a long log people are shown its end, and how many lines came before', async () => {
  for (const count of [11, 500, 501, 1200, 5000]) {
    const { log, omitted } = await lastLines(logOf(count));
    assert.deepEqual([log.length, log.at(-1), omitted], [10, `line ${count}`, count - 10]);
  }
});

test('of a short log nothing is left out', async () => {
  assert.deepEqual(await lastLines(logOf(2)), { log: ['line 1', 'line 2'] });
  assert.deepEqual(
    await lastLines(async () => no({ kind: 'forbidden', path: null, privileges: [], message: '' })),
    {
      log: [],
    },
  );
});

test('a line without an end is cut, and a log without an end is given up', async () => {
  const { log } = await lastLines(async (start) => ok(start === 0 ? ['y'.repeat(1_000_000)] : []));
  assert.deepEqual(log, [`${'y'.repeat(300)}… (+999700)`]);
  let pages = 0;
  const endless = await lastLines(async (_, count) => {
    pages += 1;
    return ok(Array.from({ length: count }, () => 'again'));
  });
  assert.deepEqual([pages, endless.omitted], [40, 19_990]);
});
