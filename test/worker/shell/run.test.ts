import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '#worker/shell/run';

test('arguments reach the program as they are, whatever a shell would make of them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'quorate-run-'));
  try {
    const nasty = `$(touch ${folder}/x); \`id\` '"*`;
    const printed = await run('printf', ['%s', nasty]);
    assert.deepEqual(printed, { ok: true, value: nasty });
    assert.deepEqual(await readdir(folder), []);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the environment holds a fixed PATH and LC_ALL and nothing of the worker's own", async () => {
  process.env['QUORATE_TEST_SECRET'] = 'hidden';
  const printed = await run('env', [], { env: { MORE: '1' } });
  delete process.env['QUORATE_TEST_SECRET'];
  assert.ok(printed.ok);
  const names = printed.value
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  assert.deepEqual(names.sort(), ['LC_ALL', 'MORE', 'PATH']);
});

test('a program that fails, is missing, takes too long or prints too much is a failure as a value', async () => {
  const failed = await run('ls', ['/nowhere-at-all']);
  assert.ok(!failed.ok && failed.error.failure === 'exit' && failed.error.code === 2);
  assert.match(failed.error.stderr, /nowhere-at-all/);
  const missing = await run('quorate-no-such-program', []);
  assert.ok(!missing.ok && missing.error.failure === 'not-started');
  const slow = await run('sleep', ['30'], { timeout: 50 });
  assert.ok(!slow.ok && slow.error.failure === 'timed-out');
  const loud = await run('seq', ['100000'], { most: 1000 });
  assert.ok(!loud.ok && loud.error.failure === 'too-much-output');
});
