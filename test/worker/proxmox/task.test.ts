import assert from 'node:assert/strict';
import { test } from 'node:test';
import { no, ok } from '#policies/result';
import { followTask, outcomeOf, type ReadStatus } from '#worker/proxmox/task';

const upid = 'UPID:pve1:00000996:000A6E19:6B04A3C5:qmstart:100:root@pam:';
const running = ok({ upid, status: 'running' as const });
const lost = no({ kind: 'unreachable', sent: 'unknown', reason: 'gone' } as const);

const clock = () => {
  let at = 0;
  const pauses: number[] = [];
  const sleep = async (ms: number) => {
    at += ms;
    pauses.push(ms);
  };
  return { now: () => at, sleep, pauses };
};

test('only OK and WARNINGS: n are success', () => {
  assert.deepEqual(outcomeOf('OK'), { kind: 'ok' });
  assert.deepEqual(outcomeOf('WARNINGS: 2'), { kind: 'warnings', count: 2 });
  for (const exit of ['job errors', 'ok', 'OK\n', 'WARNINGS: ', 'received interrupt'])
    assert.equal(outcomeOf(exit).kind, 'failed');
  for (const exit of ['unexpected status', '', undefined]) assert.equal(outcomeOf(exit).kind, 'unknown');
});

test('a task is asked each second at first, then at 3 s, then at 10 s', async () => {
  const time = clock();
  let asked = 0;
  const read: ReadStatus = async () =>
    ++asked <= 32 ? running : ok({ upid, status: 'stopped', exitstatus: 'OK' });
  assert.deepEqual(await followTask(read, time), { kind: 'ok' });
  assert.deepEqual(time.pauses, [...Array(10).fill(1_000), ...Array(20).fill(3_000), 10_000, 10_000]);
});

test('a lost connection is borne until patience ends, then the outcome is unknown', async () => {
  const time = clock();
  const outcome = await followTask(async () => lost, { ...time, patienceMs: 20_000 });
  assert.equal(outcome.kind, 'unknown');
  assert.ok(time.now() >= 20_000 && time.now() < 30_000);
});

test('a node that comes back is followed on', async () => {
  const answers = [
    running,
    lost,
    lost,
    ok({ upid, status: 'stopped' as const, exitstatus: 'VM is locked (backup)' }),
  ];
  const outcome = await followTask(async () => answers.shift() ?? lost, clock());
  assert.equal(outcome.kind === 'failed' && outcome.failure.kind, 'locked');
});

test('a task that the node does not know is gone', async () => {
  const read: ReadStatus = async () => no({ kind: 'invalid', errors: { upid: 'no such task' }, message: '' });
  assert.deepEqual(await followTask(read, clock()), { kind: 'gone' });
});

test('an abort ends the following with its reason', async () => {
  const stop = new AbortController();
  const time = clock();
  const sleep = async () => stop.abort(new Error('shutting down'));
  await assert.rejects(
    followTask(async () => running, { ...time, sleep, signal: stop.signal }),
    /shutting down/,
  );
});
