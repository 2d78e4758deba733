import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { canonical } from '#db/canonical';
import { executionOf, holderOf } from '#db/journal/execution';
import type { Queue } from '#db/queue/queue';
import { type ChangeId, PersonId } from '#policies/ids';
import { changeId } from '#test/db/journal/sample';
import {
  configOf,
  type Node,
  openNode,
  openSite,
  plannedOf,
  type Site,
  signedBy,
  ticketFor,
  VM101,
} from './site.ts';

const a = changeId('a');
let site: Site;
let node: Node;

const config = () => configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca });
beforeEach(async () => {
  site = await openSite();
  node = await openNode(config());
});
afterEach(async () => {
  await node.stop();
  await site.close();
});

/** A queue whose broker is gone: nothing comes, and nothing goes. */
const DEAD: Queue = {
  name: 'bullmq',
  send: () => Promise.reject(new Error('the broker is gone')),
  receive: () => Promise.resolve(() => Promise.resolve()),
  close: () => Promise.resolve(),
};

const tags = () => site.simulator.world.guests.get(101)?.conf['tags'];
const endOf = async (change: ChangeId): Promise<string> => {
  const deadline = Date.now() + 8000;
  for (;;) {
    const end = executionOf(node.worker.journal, change)?.outcome?.end;
    if (end) return end;
    assert.ok(Date.now() < deadline, 'it ends');
    await new Promise((next) => setTimeout(next, 10));
  }
};

/** A setting is changed under a ticket that wants it taken back; gives the signed word of a person. */
const change = async (
  id: ChangeId,
  after: number,
  params: { readonly [name: string]: string } = { tags: 'kept' },
) => {
  await node.send(`plan-${id}`, { job: 'plan', change: id, action: 'config.set', target: VM101, params });
  const revert = { after, keepBy: 'anyone_who_may_approve' as const };
  const ticket = ticketFor(node.reports, id, site.privateKey, { revert });
  const { hash: plan } = plannedOf(node.reports, id);
  const said = { change: id, worker: node.worker.address, plan, by: PersonId.parse('ada') };
  await node.send(`run-${id}`, { job: 'run', change: id, ticket });
  return (choice: 'keep' | 'revert') => signedBy(site.privateKey, canonical({ ...said, choice }));
};

test('a setting is taken back by the worker alone when bot and broker are gone, and they hear of it later', async () => {
  const before = tags();
  await change(a, 3000);
  assert.equal(tags(), 'kept');
  await node.stop();
  node = await openNode(config(), { queue: DEAD });
  assert.equal(await endOf(a), 'reverted');
  assert.equal(tags(), before);
  await node.stop();
  node = await openNode(config());
  await node.settled();
  const told = node.reports.findLast((report) => report.report === 'finished');
  assert.ok(told?.report === 'finished' && told.outcome.end === 'reverted');
});

test('a word and the deadline that come together, over and over, end in exactly one of both', async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 20; round += 1) {
    const id = changeId('bcdefghijklmnopqrstu'[round] ?? assert.fail());
    const before = tags();
    const word = await change(id, 300 + round * 10, { tags: `round-${round}` });
    const told = node.reports.findLast((report) => report.report === 'verified');
    const until = told?.report === 'verified' ? told.until : assert.fail();
    // From before the deadline to after it, a little later in each round.
    await new Promise((next) => setTimeout(next, until - Date.now() - 10 + round));
    await node.send(`keep-${id}`, { job: 'choose', change: id, choice: word('keep') });
    const end = await endOf(id);
    seen.add(end);
    assert.equal(tags() === before, end === 'reverted', `round ${round}`);
    await node.settled();
    const finished = node.reports.filter((report) => report.report === 'finished' && report.change === id);
    assert.equal(finished.length, 1);
  }
  assert.ok(seen.has('reverted') && [...seen].every((end) => ['succeeded', 'reverted'].includes(end)));
});

test('a way back that Proxmox refuses for now is tried again until it goes', async () => {
  const before = tags();
  const word = await change(a, 60_000);
  const off = site.simulator.faults.quorumLost();
  await node.send('back', { job: 'choose', change: a, choice: word('revert') });
  assert.deepEqual([executionOf(node.worker.journal, a)?.outcome, tags()], [null, 'kept']);
  assert.equal(holderOf(node.worker.journal, 'home/101'), a);
  off();
  assert.deepEqual([await endOf(a), tags()], ['reverted', before]);
});

test('a way back that Proxmox refuses for half an hour ends as failed, with what is left and why', async () => {
  let skipped = 0;
  await node.stop();
  node = await openNode(config(), { now: () => Date.now() + skipped });
  const word = await change(a, 60_000);
  site.simulator.faults.quorumLost();
  await node.send('back', { job: 'choose', change: a, choice: word('revert') });
  skipped = 31 * 60_000;
  await endOf(a);
  const { outcome } = executionOf(node.worker.journal, a) ?? assert.fail();
  assert.ok(outcome?.end === 'failed' && outcome.failure.failure === 'called-back');
  assert.deepEqual([outcome.left?.steps, outcome.left?.why?.failure, tags()], [[0], 'refused', 'kept']);
});

test('a way back whose answer is lost is looked for, and is unknown with its target locked where nobody can look', async () => {
  const before = tags();
  const { faults } = site.simulator;
  const word = await change(a, 60_000);
  faults.dropAfterAccept({ method: 'PUT' });
  faults.dropAfterAccept({ method: 'GET', path: /\/config$/ });
  await node.send('back', { job: 'choose', change: a, choice: word('revert') });
  assert.equal(executionOf(node.worker.journal, a)?.state, 'unknown');
  assert.equal(holderOf(node.worker.journal, 'home/101'), a);
  faults.clear();
  await node.send('look', { job: 'reconcile', change: a });
  assert.deepEqual([await endOf(a), tags()], ['reverted', before]);
  assert.equal(site.posts().filter((post) => post.startsWith('PUT')).length, 2, 'there and back, once each');
});
