import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { canonical } from '#db/canonical';
import { executionOf, holderOf } from '#db/journal/execution';
import { PersonId } from '#policies/ids';
import type { SignedTicket } from '#policies/ticket';
import { changeId } from '#test/db/journal/sample';
import { rig } from './rig.ts';

let r: ReturnType<typeof rig>;
beforeEach(async () => {
  r = rig();
  writeFileSync(join(r.root, 'etc/x'), 'old\n');
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(a);
});
afterEach(() => r.close());

const a = changeId('a');
const b = changeId('b');
const verdict = (change = a, worker = 'node.home.pve1'): SignedTicket =>
  r.sign(canonical({ verdict: 'said', change, worker, end: 'succeeded', by: PersonId.parse('ada') }));

const lose = async (): Promise<void> => {
  r.diesAt('step-begun');
  await r.send({ job: 'run', change: a, ticket: r.ticket(a) });
  writeFileSync(join(r.root, 'etc/x'), 'neither\n');
  await r.restart();
  assert.equal(executionOf(r.journal, a)?.state, 'unknown');
};

test('a signed verdict ends a change that the worker does not know the end of, and lets its target go', async () => {
  await lose();
  await r.send({ job: 'settle', change: a, verdict: verdict() });
  const { state, outcome } = executionOf(r.journal, a) ?? assert.fail();
  assert.deepEqual([state, outcome], ['done', { end: 'succeeded', seen: [], upids: [], said: 'ada' }]);
  assert.equal(holderOf(r.journal, 'home/pve1'), undefined);
  assert.equal(r.reports().at(-1)?.report, 'finished');
});

test('a forged verdict, one about another change or for another worker, and a ticket in its place release nothing', async () => {
  const ticket = r.ticket(a);
  await lose();
  const forged = { ...verdict(), signature: 'AAAA' };
  for (const wrong of [forged, verdict(b), verdict(a, 'node.home.pve2'), ticket, r.sign('no json')])
    await r.send({ job: 'settle', change: a, verdict: wrong });
  assert.equal(holderOf(r.journal, 'home/pve1'), a);
  assert.equal(r.kinds().filter((kind) => kind === 'job.refused').length, 5);
});

test('a verdict changes nothing about a change that ended, and keeps one that never began from beginning', async () => {
  const ticket = r.ticket(a);
  await r.send({ job: 'settle', change: a, verdict: verdict() });
  await r.send({ job: 'run', change: a, ticket });
  assert.equal(executionOf(r.journal, a), undefined);
  r.wants({ '/etc/x': 'new\n' });
  await r.plan(b);
  await r.send({ job: 'run', change: b, ticket: r.ticket(b) });
  const before = executionOf(r.journal, b);
  await r.send({ job: 'settle', change: b, verdict: verdict(b) });
  assert.deepEqual(executionOf(r.journal, b), before);
});
