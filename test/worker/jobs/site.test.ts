import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import { executionOf, holderOf } from '#db/journal/execution';
import type { ActionName } from '#policies/actions';
import type { ChangeId } from '#policies/ids';
import type { Json } from '#policies/json';
import type { Outcome } from '#policies/outcome';
import { ok } from '#policies/result';
import type { Target } from '#policies/target';
import { changeId } from '#test/db/journal/sample';
import { ask } from '#test/worker/simulator/client';
import { NodePolicy } from '#worker/guard/node-policy';
import type { Point } from '#worker/jobs/worker';
import { touchConfig } from '#worker/simulator/touch';
import {
  configOf,
  DROP_IN,
  type Node,
  openNode,
  openSite,
  PVE1,
  plannedOf,
  type Site,
  ticketFor,
  VM101,
} from './site.ts';

let site: Site;
let node: Node;
const [a, b, c] = [changeId('a'), changeId('b'), changeId('c')];

const open = (at: (point: Point) => void = () => undefined): Promise<Node> =>
  openNode(configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca }), { at });
beforeEach(async () => {
  site = await openSite();
  node = await open();
});
afterEach(async () => {
  await node.stop();
  await site.close();
});

let no = 0;
const nextId = (): string => {
  no += 1;
  return `message-${no}`;
};
const plan = (
  change: ChangeId,
  action: ActionName,
  params: { [name: string]: Json } = {},
  target: Target = VM101,
): Promise<void> => node.send(nextId(), { job: 'plan', change, action, target, params });
const run = (change: ChangeId): Promise<void> =>
  node.send(nextId(), { job: 'run', change, ticket: ticketFor(node.reports, change, site.privateKey) });
const outcome = (change: ChangeId): Outcome => {
  const finished = node.reports.findLast(
    (report) => report.report === 'finished' && report.change === change,
  );
  if (finished?.report !== 'finished')
    throw new Error(`not finished: ${JSON.stringify(node.reports.at(-1))}`);
  return finished.outcome;
};
const refusal = () => {
  const last = node.reports.findLast((report) => report.report === 'refused');
  return last?.report === 'refused' ? last.refusal : undefined;
};
const stop = '/nodes/pve1/qemu/101/status/stop';

test('a guest is stopped with one request, seen stopped, and started again by an undo', async () => {
  await plan(a, 'guest.stop');
  assert.deepEqual(site.posts(), []);
  await run(a);
  assert.deepEqual(site.posts(), [`POST ${stop}`]);
  const ended = outcome(a);
  assert.ok(ended.end === 'succeeded');
  assert.deepEqual(
    ended.seen.map(({ ok, saw }) => [ok, saw]),
    [[true, 'stopped']],
  );
  await plan(b, 'change.undo', { of: a });
  assert.equal(plannedOf(node.reports, b).plan.undo.possible, false);
  await run(b);
  assert.equal(outcome(b).end, 'succeeded');
  assert.equal(site.posts().length, 2);
});

test('an answer that is lost on the way is looked for and never sent again', async () => {
  site.simulator.faults.dropAfterAccept({ method: 'POST', path: stop });
  await plan(a, 'guest.stop');
  await run(a);
  assert.equal(outcome(a).end, 'succeeded');
  assert.deepEqual(site.posts(), [`POST ${stop}`]);
});

test('a lost answer to a change of settings is found in the configuration', async () => {
  site.simulator.faults.dropAfterAccept({ method: 'PUT' });
  await plan(a, 'config.set', { onboot: 'no' });
  await run(a);
  assert.equal(outcome(a).end, 'succeeded');
  assert.equal(site.posts().length, 1);
});

test('settings are put back by an undo, and not when somebody changed them since', async () => {
  await plan(a, 'config.set', { description: 'mine' });
  await run(a);
  assert.equal(outcome(a).end, 'succeeded');
  await plan(b, 'change.undo', { of: a });
  touchConfig(site.simulator.world, 101, { description: 'theirs' });
  await run(b);
  assert.deepEqual(node.names().at(-1), 'stale');
  await plan(b, 'change.undo', { of: a });
  assert.equal(refusal()?.no, 'checks-failed');
  touchConfig(site.simulator.world, 101, { description: 'mine' });
  await plan(c, 'change.undo', { of: a });
  await run(c);
  assert.equal(outcome(c).end, 'succeeded');
  assert.match(JSON.stringify(site.simulator.world.guests.get(101)?.conf), /shop front end/);
});

test('an undo is as risky as the catalogue says of what it does, and denied where the node denies that', async () => {
  await plan(a, 'snapshot.create', { name: 'mine' });
  await run(a);
  await plan(b, 'change.undo', { of: a });
  assert.equal(plannedOf(node.reports, b).plan.risk, 'high');
  await node.stop();
  const config = configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca });
  const policy = NodePolicy.parse({ version: 1, deny: ['snapshot.delete'] });
  node = await openNode({ ...config, policy: () => ok(policy) });
  await plan(c, 'change.undo', { of: a });
  assert.deepEqual(refusal(), { no: 'node-policy', rule: 'denied', risk: 'high', needs: 0 });
});

test('an edit by somebody else in the moment in which settings are put back is not overwritten', async () => {
  await plan(a, 'config.set', { description: 'mine' });
  await run(a);
  await node.stop();
  node = await open((point) => {
    if (point === 'step-begun') touchConfig(site.simulator.world, 101, { description: 'theirs' });
  });
  await plan(b, 'change.undo', { of: a });
  await run(b);
  const ended = outcome(b);
  assert.ok(ended.end === 'failed' && ended.failure.failure === 'refused', JSON.stringify(ended));
  assert.match(ended.failure.message, /checksum|digest/);
  assert.match(JSON.stringify(site.simulator.world.guests.get(101)?.conf), /theirs/);
});

test('a task that fails is a failure with its exit text and its last lines, and the target is free again', async () => {
  site.simulator.faults.taskFails({ type: 'qmstop' }, 'got timeout');
  await plan(a, 'guest.stop');
  await run(a);
  const ended = outcome(a);
  assert.ok(ended.end === 'failed' && ended.failure.failure === 'task');
  assert.equal(ended.failure.exit, 'got timeout');
  assert.ok(ended.failure.log.length > 0);
  assert.equal(holderOf(node.worker.journal, 'home/101'), undefined);
});

test('a configuration that was edited after the plan makes it stale, and nothing is sent', async () => {
  await plan(a, 'guest.stop');
  touchConfig(site.simulator.world, 101, { cores: '8' });
  await run(a);
  const stale = node.reports.findLast((report) => report.report === 'stale');
  assert.ok(stale?.report === 'stale');
  assert.deepEqual(
    stale.drift.map(({ of }) => of),
    ['config'],
  );
  assert.deepEqual(site.posts(), []);
});

test('where nobody can say how it ended the state is unknown, the target locked, and only looking ends it', async () => {
  const { faults } = site.simulator;
  await node.stop();
  node = await open((point) => {
    if (point !== 'step-begun') return;
    faults.dropAfterAccept({ method: 'POST', path: stop });
    faults.dropAfterAccept({ path: '/nodes/pve1/tasks' });
  });
  await plan(a, 'guest.stop');
  await run(a);
  assert.equal(node.names().at(-1), 'lost');
  await node.stop();
  node = await open();
  await node.settled();
  assert.equal(executionOf(node.worker.journal, a)?.state, 'unknown');
  faults.clear();
  await plan(b, 'config.set', { cores: '3' });
  await run(b);
  assert.deepEqual(refusal(), { no: 'target-locked', by: a });
  await node.send(nextId(), { job: 'reconcile', change: a });
  assert.equal(outcome(a).end, 'succeeded');
  assert.deepEqual(site.posts(), [`POST ${stop}`]);
  assert.equal(holderOf(node.worker.journal, 'home/101'), undefined);
});

test('a worker that is stopped while a task runs follows it to its end after the start', async () => {
  site.simulator.faults.taskHangs({ type: 'qmstop' });
  await plan(a, 'guest.stop');
  const running = node.send('message-run', {
    job: 'run',
    change: a,
    ticket: ticketFor(node.reports, a, site.privateKey),
  });
  const deadline = Date.now() + 5000;
  while (executionOf(node.worker.journal, a)?.steps[0]?.upid == null && Date.now() < deadline)
    await new Promise((next) => setTimeout(next, 10));
  const upid = executionOf(node.worker.journal, a)?.steps[0]?.upid;
  assert.ok(upid);
  await node.stop();
  await running.catch(() => undefined);
  const killed = await fetchDelete(upid);
  assert.equal(killed, 200);
  node = await open();
  await node.settled();
  const ended = outcome(a);
  assert.ok(ended.end === 'failed' && ended.failure.failure === 'task');
  assert.deepEqual(
    site.posts().filter((post) => post.startsWith('POST')),
    [`POST ${stop}`],
  );
});

const fetchDelete = async (upid: string): Promise<number> => {
  const authorization = `PVEAPIToken=botact@pve!run=${site.secrets.actor}`;
  const path = `/nodes/pve1/tasks/${encodeURIComponent(upid)}`;
  return (await ask(site.simulator, { method: 'DELETE', path, authorization })).status;
};

const aptHere = existsSync('/usr/bin/apt-config');

test('a recipe is applied, seen by apt itself, and undone byte for byte', {
  skip: !aptHere && 'needs apt-config',
}, async () => {
  const path = join(site.root, DROP_IN);
  writeFileSync(path, '// mine\n', { mode: 0o640 });
  const before = [readFileSync(path, 'utf8'), statSync(path).mode];
  await plan(a, 'host.recipe', { recipe: 'apt-no-translations' }, PVE1);
  await run(a);
  const ended = outcome(a);
  assert.ok(ended.end === 'succeeded', JSON.stringify(ended));
  assert.deepEqual(
    ended.seen.map(({ probe, ok }) => [probe.probe, ok]),
    [
      ['file', true],
      ['apt-config', true],
    ],
  );
  await plan(c, 'host.recipe', { recipe: 'apt-no-translations' }, PVE1);
  assert.deepEqual(refusal(), { no: 'nothing-to-do' });
  await plan(b, 'change.undo', { of: a }, PVE1);
  await run(b);
  assert.equal(outcome(b).end, 'succeeded');
  assert.deepEqual([readFileSync(path, 'utf8'), statSync(path).mode], before);
});

test('a recipe that nobody knows is refused with those that are known, and our own state is out of reach', async () => {
  await plan(a, 'host.recipe', { recipe: 'no-such' }, PVE1);
  assert.deepEqual(refusal(), {
    no: 'unknown-recipe',
    recipe: 'no-such',
    known: [...readRecipes(RECIPES).keys()],
  });
  await node.stop();
  const own = join(site.root, 'etc/apt');
  node = await openNode({
    ...configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca }),
    own: [own],
  });
  mkdirSync(own, { recursive: true });
  await plan(b, 'host.recipe', { recipe: 'apt-no-translations' }, PVE1);
  const denied = refusal();
  assert.ok(denied?.no === 'absolute' && denied.rule === 'own-files', JSON.stringify(denied));
});

test('a worker without the actor token plans nothing that changes the site, and says why', async () => {
  await node.stop();
  const { actor: _, ...proxmox } = configOf({
    ...site,
    url: site.simulator.url,
    ca: site.simulator.ca,
  }).proxmox;
  node = await openNode({
    ...configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca }),
    proxmox,
  });
  await plan(a, 'guest.stop');
  assert.equal(refusal()?.no, 'no-actor-token');
  const hello = node.reports.find((report) => report.report === 'hello');
  assert.ok(hello?.report === 'hello' && !hello.canAct);
});

test('a worker says hello and what it sees of the site, and the journal keeps only the newest of both', async () => {
  await node.send(nextId(), { job: 'refresh' });
  await node.send(nextId(), { job: 'refresh' });
  const count = node.worker.journal.db.sqlite
    .prepare('SELECT count(*) FROM outbox WHERE body LIKE \'{"report":"inventory"%\'')
    .pluck();
  assert.equal(count.get(), 1);
  const seen = node.reports.findLast((report) => report.report === 'inventory');
  assert.ok(seen?.report === 'inventory' && seen.inventory.guests.known);
});

test('a node that cannot be reached refuses the plan and keeps the worker up', async () => {
  await site.simulator.close();
  await plan(a, 'guest.stop');
  assert.equal(refusal()?.no, 'proxmox-unreachable');
});

test('parameters that no schema of the catalogue takes are refused and not tried again', async () => {
  await plan(a, 'guest.stop', { force: true });
  assert.equal(refusal()?.no, 'worker-broken');
  assert.equal(node.worker.journal.db.sqlite.prepare('SELECT count(*) FROM jobs').pluck().get(), 0);
});
