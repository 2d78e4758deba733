import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { executionOf } from '#db/journal/execution';
import { changeId } from '#test/db/journal/sample';
import { rig } from './rig.ts';

let r: ReturnType<typeof rig>;
beforeEach(() => {
  r = rig();
});
afterEach(() => r.close());

const a = changeId('a');
const look = (): Promise<void> => r.send({ job: 'reconcile', change: a });
const names = (): string[] => r.reports().map(({ report }) => report);

test('looking at a change that never began says so, and makes sure that it never will', async () => {
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  const ticket = r.ticket(a);
  await look();
  const said = r.reports().at(-1);
  assert.deepEqual(said?.report === 'refused' && said.refusal, { no: 'no-such-run', change: a });
  await r.send({ job: 'run', change: a, ticket });
  assert.equal(executionOf(r.journal, a), undefined);
});

test('looking at a change that ended tells a bot with an older memory how', async () => {
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  await r.send({ job: 'run', change: a, ticket: r.ticket(a) });
  await look();
  assert.deepEqual(names(), ['planned', 'progress', 'finished', 'finished']);
});

test('looking again while the look of the start is under way does not take the ended change for cut short', async () => {
  const broken: string[] = [];
  r.close();
  r = rig({ log: (_, message) => void broken.push(message) });
  writeFileSync(join(r.root, 'etc/x'), 'old\n');
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
  r.diesAt('step-done');
  await r.send({ job: 'run', change: a, ticket: r.ticket(a) });
  const restarted = r.restart();
  await Promise.all([restarted, look()]);
  assert.equal(executionOf(r.journal, a)?.state, 'done');
  assert.deepEqual(broken, []);
});
