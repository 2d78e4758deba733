import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { canonical } from '#db/canonical';
import { executionOf } from '#db/journal/execution';
import { type ChangeId, PersonId } from '#policies/ids';
import type { Outcome } from '#policies/outcome';
import { changeId } from '#test/db/journal/sample';
import { restoreNow } from '#worker/network/dead-man';
import { PENDING } from '#worker/network/network-host';
import { txState } from '#worker/network/transaction';
import {
  configOf,
  openSite,
  openNode as openWorker,
  PVE1,
  plannedOf,
  signedBy,
  ticketFor,
} from '../jobs/site.ts';
import { GOOD } from './good.ts';
import { openNode, skip, until } from './rig.ts';

const OTHER = GOOD.replace('192.0.2.10', '192.0.2.11');
const [a, b, c] = [changeId('a'), changeId('b'), changeId('c')];

const open = async () => {
  const node = await openNode();
  const site = await openSite();
  const { simulator, state, secrets, publicKey } = site;
  const config = configOf({
    root: node.root,
    state,
    secrets,
    publicKey,
    url: simulator.url,
    ca: simulator.ca,
  });
  return { node, site, worker: await openWorker(config, { network: node.host }) };
};
const opened = skip === false ? await open() : undefined;
after(async () => {
  await opened?.worker.stop();
  await opened?.site.close();
  await opened?.node.close();
});

const the = (): Awaited<ReturnType<typeof open>> => {
  if (!opened) throw new Error('no node');
  return opened;
};

const propose = (text: string): void => writeFileSync(join(the().node.root, PENDING), text, { mode: 0o644 });

const plan = (change: ChangeId): Promise<void> =>
  the().worker.send(`plan-${change}`, {
    job: 'plan',
    change,
    action: 'network.apply',
    target: PVE1,
    params: {},
  });

const run = (change: ChangeId, ms: number | null): Promise<void> => {
  const { worker, site } = the();
  const revert = ms === null ? null : { after: ms, keepBy: 'anyone_who_may_approve' as const };
  const ticket = ticketFor(worker.reports, change, site.privateKey, { revert });
  return worker.send(`run-${change}`, { job: 'run', change, ticket });
};

const keep = (change: ChangeId): Promise<void> => {
  const { worker, site } = the();
  const { hash } = plannedOf(worker.reports, change);
  const said = {
    choice: 'keep',
    change,
    worker: worker.worker.address,
    plan: hash,
    by: PersonId.parse('ada'),
  };
  const choice = signedBy(site.privateKey, canonical(said));
  return worker.send(`keep-${change}`, { job: 'choose', change, choice });
};

const stateOf = (change: ChangeId): string | undefined =>
  executionOf(the().worker.worker.journal, change)?.state;
const outcomeOf = (change: ChangeId): Outcome | null =>
  executionOf(the().worker.worker.journal, change)?.outcome ?? null;

test('what is pending is planned with what it does, and what was wrong in it with its line', {
  skip,
}, async () => {
  const { worker, node } = the();
  propose(GOOD.replace('bridge-fd 0', 'mtu 15OO'));
  await plan(a);
  const refused = worker.reports.findLast(({ report }) => report === 'refused');
  assert.match(JSON.stringify(refused), /line 13: mtu 15OO/);
  propose(OTHER);
  await plan(b);
  const [effect] = plannedOf(worker.reports, b).plan.effects;
  assert.ok(effect?.kind === 'network');
  assert.deepEqual(effect.diff, [
    { key: 'device vmbr0', before: 'up, mtu 1500, 192.0.2.10/24', after: 'up, mtu 1500, 192.0.2.11/24' },
  ]);
  assert.deepEqual(effect.path, { peer: '192.0.2.1', devices: ['vmbr0'] });
  assert.equal(node.read(), GOOD);
});

test('a network change that a person keeps in time stays, and its undo brings everything back', {
  skip,
}, async () => {
  const { node, worker } = the();
  await run(b, 60_000);
  assert.equal(stateOf(b), 'confirming', JSON.stringify(outcomeOf(b)));
  assert.equal(txState(node.host, b), 'armed');
  await keep(b);
  assert.equal(outcomeOf(b)?.end, 'succeeded');
  assert.equal(txState(node.host, b), 'kept');
  assert.equal(node.read(), OTHER);

  const undo = changeId('d');
  await worker.send('plan-undo', {
    job: 'plan',
    change: undo,
    action: 'change.undo',
    target: PVE1,
    params: { of: b, no: 1 },
  });
  await run(undo, null);
  assert.equal(outcomeOf(undo)?.end, 'succeeded', JSON.stringify(outcomeOf(undo)));
  assert.equal(node.read(), GOOD);
  assert.equal(node.read(PENDING), OTHER);
});

test('what its dead man took back is not kept by a word that comes later', { skip }, async () => {
  const { node } = the();
  await plan(c);
  await run(c, 4000);
  assert.equal(stateOf(c), 'confirming', JSON.stringify(outcomeOf(c)));
  assert.deepEqual(await restoreNow(node.host, c), { ok: true, value: true });
  await keep(c);
  await until(() => outcomeOf(c) !== null);
  assert.equal(outcomeOf(c)?.end, 'reverted', JSON.stringify(outcomeOf(c)));
  assert.equal(txState(node.host, c), 'restored');
  assert.equal(node.read(), GOOD);
});
