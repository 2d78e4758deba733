import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ok } from '#policies/result';
import { type Api, followed } from '#worker/effects/follow';
import { parseUpid } from '#worker/proxmox/upid';

const UPID = 'UPID:pve1:00001234:00005678:67442F5A:qmstop:101:root@pam:';
assert.ok(parseUpid(UPID).ok);

/** How a failed task with this exit text and log is reported. */
const reported = async (exit: string, log: string[]) => {
  const api: Api = {
    actor: 'botact@pve!run',
    settle: 0,
    pace: { now: Date.now, sleep: async () => undefined },
    proxmox: {
      follow: async () => ({ kind: 'failed', exit, failure: { kind: 'other', status: 500, message: exit } }),
      taskLog: async () => ok(log),
      send: () => assert.fail(),
      nodeTasks: () => assert.fail(),
      guestConfig: () => assert.fail(),
    },
  };
  const ended = await followed(api, UPID);
  assert.ok(ended.did === 'failed' && ended.failure.failure === 'task');
  return ended.failure;
};

test('a report carries the last ten lines of a task, none without bound, and says how much was left out', async () => {
  const lines = Array.from({ length: 400 }, (_, line) => `line ${line}`);
  const failure = await reported('x'.repeat(5000), [...lines, 'y'.repeat(100_000)]);
  assert.deepEqual(failure.log.slice(0, 2), ['… (+391)', 'line 391']);
  assert.equal(failure.log.length, 11);
  assert.equal(failure.log.at(-1), `${'y'.repeat(300)}… (+99700)`);
  assert.equal(failure.exit, `${'x'.repeat(300)}… (+4700)`);
});

test('whatever a task wrote, its report is bounded, well-formed, and holds no control character', async () => {
  const anything = fc.string({
    unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)),
    maxLength: 400,
  });
  await fc.assert(
    fc.asyncProperty(anything, fc.array(anything, { maxLength: 14 }), async (exit, log) => {
      const failure = await reported(exit, log);
      for (const line of [failure.exit, ...failure.log]) {
        assert.ok(line.isWellFormed());
        assert.doesNotMatch(line, /\p{Cc}/u);
        assert.ok(line.length < 6 * 300 + 20);
      }
    }),
    { numRuns: 60 },
  );
  assert.equal((await reported('bad \u001b[31m end\ud800', [])).exit, 'bad \\u{1b}[31m end\ufffd');
});

test('what a task wrote in plain words is reported as it stands', async () => {
  const failure = await reported("can't lock file: got timeout", ['TASK ERROR: got timeout', '']);
  assert.equal(failure.exit, "can't lock file: got timeout");
  assert.deepEqual(failure.log, ['TASK ERROR: got timeout', '']);
});
