import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { ActionName } from '#policies/actions';
import { type ChangeId, Vmid } from '#policies/ids';
import type { Json } from '#policies/json';
import { ok } from '#policies/result';
import type { Target } from '#policies/target';
import { changeId } from '#test/db/journal/sample';
import type { WorkerConfig } from '#worker/config';
import { NodePolicy } from '#worker/guard/node-policy';
import type { Point } from '#worker/jobs/worker';
import { touchConfig } from '#worker/simulator/touch';
import { configOf, type Node, openNode, openSite, plannedOf, type Site, ticketFor, VM101 } from './site.ts';

let site: Site;
let node: Node;
let atPoint: (point: Point) => void = () => undefined;
let deny: ActionName[] = [];
const [a, b, c] = [changeId('a'), changeId('b'), changeId('c')];

beforeEach(async () => {
  atPoint = () => undefined;
  deny = [];
  site = await openSite();
  const config: WorkerConfig = {
    ...configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca }),
    policy: () => ok(NodePolicy.parse({ version: 1, deny })),
  };
  node = await openNode(config, { at: (point) => atPoint(point) });
});
afterEach(async () => {
  await node.stop();
  await site.close();
});

let messages = 0;
const nextId = (): string => {
  messages += 1;
  return `message-${messages}`;
};
const plan = (
  change: ChangeId,
  action: ActionName,
  params: { [name: string]: Json } = {},
  target: Target = VM101,
): Promise<void> => node.send(nextId(), { job: 'plan', change, action, target, params });
const run = (change: ChangeId): Promise<void> =>
  node.send(nextId(), { job: 'run', change, ticket: ticketFor(node.reports, change, site.privateKey) });

test('an undo of settings is sent under the digest that was looked at, so that an edit of somebody else stands', async () => {
  await plan(a, 'config.set', { description: 'mine' });
  await run(a);
  await plan(b, 'change.undo', { of: a });
  atPoint = (point) => {
    if (point === 'claimed') touchConfig(site.simulator.world, 101, { description: 'theirs' });
  };
  await run(b);
  const end = node.reports.findLast((report) => report.report === 'finished' && report.change === b);
  assert.ok(end?.report === 'finished' && end.outcome.end === 'failed', JSON.stringify(end));
  assert.equal(end.outcome.failure.failure, 'refused');
  const { plan: undo } = plannedOf(node.reports, b);
  const config = undo.basis.find(({ of }) => of === 'config');
  const [effect] = undo.effects;
  assert.equal(effect?.kind === 'api' && effect.call.params['digest'], config?.value);
});

test('the undo of a start is a shutdown, so a node that denies shutting down denies the undo, at the plan and at the start', async () => {
  const stopped = { kind: 'guest' as const, site: VM101.site, vmid: Vmid.parse(121) };
  await plan(a, 'guest.start', {}, stopped);
  await run(a);
  await plan(b, 'change.undo', { of: a }, stopped);
  const sent = site.posts().length;
  deny = ['guest.shutdown'];
  await run(b);
  await plan(c, 'change.undo', { of: a }, stopped);
  const refusals = node.reports.flatMap((report) => (report.report === 'refused' ? [report] : []));
  const denied = { no: 'node-policy', rule: 'denied', risk: plannedOf(node.reports, b).plan.risk, needs: 0 };
  assert.deepEqual(
    refusals.map(({ change, refusal }) => [change, refusal]),
    [
      [b, denied],
      [c, denied],
    ],
  );
  assert.equal(site.posts().length, sent);
});
