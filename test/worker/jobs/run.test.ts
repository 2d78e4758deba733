import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { executionOf, holderOf } from '#db/journal/execution';
import { SiteId } from '#policies/ids';
import { changeId } from '#test/db/journal/sample';
import { DEFAULT_POLICY } from '#worker/guard/node-policy';
import type { Point } from '#worker/jobs/worker';
import { NODE, rig } from './rig.ts';

let r: ReturnType<typeof rig>;
beforeEach(() => {
  r = rig();
});
afterEach(() => r.close());

const text = (path: string): string | null =>
  existsSync(join(r.root, path)) ? readFileSync(join(r.root, path), 'utf8') : null;
const names = (): string[] => r.reports().map((report) => report.report);
const last = () => r.reports().at(-1);
const a = changeId('a');
const b = changeId('b');

const runA = async (): Promise<void> => r.send({ job: 'run', change: a, ticket: r.ticket(a) });

test('a plan touches nothing; with its ticket it is claimed, done, seen and reported', async () => {
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  assert.equal(text('etc/x'), null);
  await runA();
  assert.equal(text('etc/x'), 'new\n');
  assert.deepEqual(names(), ['planned', 'progress', 'finished']);
  const finished = last();
  assert.ok(finished?.report === 'finished' && finished.outcome.end === 'succeeded');
  assert.deepEqual(r.kinds(), [
    'change.planned',
    'execution.begun',
    'step.begun',
    'step.done',
    'execution.done',
  ]);
  assert.equal(holderOf(r.journal, 'home/pve1'), undefined);
});

test('A change is executed at most once, whatever is redelivered or pressed twice', async () => {
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  const ticket = r.ticket(a);
  await Promise.all([1, 2, 3].map(() => r.send({ job: 'run', change: a, ticket })));
  writeFileSync(join(r.root, 'etc/x'), 'edited since');
  await r.send({ job: 'run', change: a, ticket });
  assert.equal(text('etc/x'), 'edited since');
  assert.equal(names().filter((name) => name === 'finished').length, 1);
  assert.equal(names().includes('refused'), false);
});

test('No change without an audit record of the intent, fsynced before its first step', async () => {
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  r.journal.db.sqlite.exec(
    "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'disk full'); END",
  );
  await runA();
  assert.equal(text('etc/x'), null);
  assert.equal(executionOf(r.journal, a), undefined);
  assert.equal(r.journal.db.sqlite.pragma('synchronous', { simple: true }), 2);
});

test('a host that is not as the plan saw it makes the plan stale and touches nothing', async () => {
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  writeFileSync(join(r.root, 'etc/x'), 'somebody was here');
  const ticket = r.ticket(a);
  await r.send({ job: 'run', change: a, ticket });
  const stale = last();
  assert.ok(stale?.report === 'stale');
  assert.equal(stale.drift[0]?.of, 'file /etc/x');
  assert.equal(text('etc/x'), 'somebody was here');
  await r.send({ job: 'run', change: a, ticket });
  assert.deepEqual(names(), ['planned', 'stale', 'refused']);
});

test('a change that was never planned, was dropped, or has a forged ticket is refused', async () => {
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  const ticket = r.ticket(a);
  await r.send({ job: 'run', change: b, ticket });
  await r.send({ job: 'run', change: a, ticket: { ...ticket, signature: 'AAAA' } });
  await r.send({ job: 'drop', change: a });
  await r.send({ job: 'run', change: a, ticket });
  const refusals = r.reports().flatMap((report) => (report.report === 'refused' ? [report.refusal] : []));
  assert.deepEqual(refusals, [
    { no: 'no-such-plan' },
    { no: 'ticket', why: 'signature' },
    { no: 'no-such-plan' },
  ]);
  assert.equal(text('etc/x'), null);
});

test('a ticket for the plan before is worth nothing for the plan after', async () => {
  r.wants({ '/etc/x': 'one\n' });
  await r.plan(a);
  const ticket = r.ticket(a);
  r.wants({ '/etc/x': 'two\n' });
  await r.plan(a);
  await r.send({ job: 'run', change: a, ticket });
  const refused = last();
  assert.ok(refused?.report === 'refused');
  assert.deepEqual(refused.refusal, { no: 'ticket', why: 'other-plan' });
});

test('when a later step fails the steps before it are taken back and seen to be', async () => {
  writeFileSync(join(r.root, 'etc/one'), 'old\n', { mode: 0o600 });
  r.wants({ '/etc/one': 'new\n', '/missing/two': 'never\n' });
  await r.plan(a);
  await runA();
  assert.equal(text('etc/one'), 'old\n');
  const finished = last();
  assert.ok(finished?.report === 'finished' && finished.outcome.end === 'reverted');
  assert.equal(finished.outcome.step, 1);
  assert.deepEqual(
    finished.outcome.seen.map((seen) => seen.ok),
    [true],
  );
});

test('when the first step fails nothing is taken back and the change has failed', async () => {
  r.wants({ '/missing/x': 'never\n' });
  await r.plan(a);
  await runA();
  const finished = last();
  assert.ok(finished?.report === 'finished' && finished.outcome.end === 'failed');
  assert.equal(finished.outcome.failure.failure, 'host');
});

test('files whose effect no probe sees are put back', async () => {
  r.wants({ '/etc/x': 'new\n' }, { probes: [{ probe: 'file', path: '/etc/x', sha256: 'something else' }] });
  await r.plan(a);
  await runA();
  assert.equal(text('etc/x'), null);
  const finished = last();
  assert.ok(finished?.report === 'finished' && finished.outcome.end === 'reverted');
  assert.equal(finished.outcome.failure.failure, 'not-seen');
});

test('a change is undone by a plan of its own, byte for byte, and only once', async () => {
  writeFileSync(join(r.root, 'etc/x'), 'old\n', { mode: 0o640 });
  r.wants({ '/etc/x': 'new\n', '/etc/y': 'more\n' });
  await r.plan(a);
  await runA();
  const undo = { job: 'plan' as const, action: 'change.undo' as const, target: NODE, params: { of: a } };
  await r.send({ ...undo, change: b });
  await r.send({ job: 'run', change: b, ticket: r.ticket(b) });
  assert.equal(text('etc/x'), 'old\n');
  assert.equal(text('etc/y'), null);
  await r.send({ ...undo, change: changeId('c') });
  const refused = last();
  assert.ok(refused?.report === 'refused' && refused.refusal.no === 'checks-failed');
  await r.send({ ...undo, change: changeId('d'), params: { of: b } });
  const again = last();
  assert.ok(again?.report === 'refused');
  assert.deepEqual(again.refusal, { no: 'cannot-undo', why: 'is-an-undo' });
});

test('an undo is refused when somebody edited the file since', async () => {
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  await runA();
  writeFileSync(join(r.root, 'etc/x'), 'new and mine\n');
  await r.send({ job: 'plan', change: b, action: 'change.undo', target: NODE, params: { of: a } });
  const refused = last();
  assert.ok(refused?.report === 'refused' && refused.refusal.no === 'checks-failed');
  assert.deepEqual(refused.refusal.checks, [
    { check: 'later-edit', state: 'stop', facts: { path: '/etc/x' } },
  ]);
});

test('a change that never ran here cannot be undone here', async () => {
  await r.send({ job: 'plan', change: b, action: 'change.undo', target: NODE, params: { of: a } });
  const refused = last();
  assert.ok(refused?.report === 'refused');
  assert.deepEqual(refused.refusal, { no: 'no-such-run', change: a });
});

test('a node is frozen without a restart: nothing is planned there and nothing that was agreed to begins', async () => {
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  const ticket = r.ticket(a);
  r.permits({ ...DEFAULT_POLICY, frozen: true });
  await r.plan(b);
  assert.match(JSON.stringify(last()), /"rule":"frozen"/);
  await r.send({ job: 'run', change: a, ticket });
  assert.match(JSON.stringify(last()), /"rule":"frozen"/);
  r.permits(DEFAULT_POLICY);
  await r.send({ job: 'run', change: a, ticket });
  assert.equal(text('etc/x'), 'new\n');
});

test('a node that is frozen while a run waits for its target stops it', async () => {
  r.close();
  r = rig({ at: (point) => point === 'guarded' && r.permits({ ...DEFAULT_POLICY, frozen: true }) });
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  await runA();
  assert.match(JSON.stringify(last()), /"rule":"frozen"/);
  assert.equal(text('etc/x'), null);
});

test('what is asked about another site is refused before anything is looked at', async () => {
  const target = { ...NODE, site: SiteId.parse('lab') };
  await r.send({ job: 'plan', change: a, action: 'host.recipe', target, params: { recipe: 'test' } });
  const refused = last();
  assert.ok(refused?.report === 'refused');
  assert.deepEqual(refused.refusal, { no: 'not-here', about: 'lab/pve1', here: 'home/pve1' });
});

test('no step begins after the time by which the rules want all of it over, and those before it are taken back', async () => {
  r.close();
  let late = 0;
  const at = (point: Point): void => {
    if (point === 'step-done') late = 3_600_000;
  };
  r = rig({ at }, () => Date.now() + late);
  r.wants({ '/etc/x': 'new\n', '/etc/y': 'new\n' });
  await r.plan(a);
  const finishBy = Date.now() + 60_000;
  await r.send({ job: 'run', change: a, ticket: r.ticket(a, { finishBy }) });
  assert.deepEqual([text('etc/x'), text('etc/y')], [null, null]);
  const finished = last();
  assert.ok(finished?.report === 'finished' && finished.outcome.end === 'reverted');
  assert.deepEqual(
    [finished.outcome.step, finished.outcome.failure],
    [1, { failure: 'out-of-time', finishBy }],
  );
});
