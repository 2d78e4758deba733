import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { ActionName } from '#policies/actions';
import type { Json } from '#policies/json';
import { changeId } from '#test/db/journal/sample';
import { configOf, type Node, openNode, openSite, type Site, ticketFor, VM101 } from './site.ts';

let site: Site;
let node: Node;
const a = changeId('a');

beforeEach(async () => {
  site = await openSite();
  node = await openNode(configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca }));
});
afterEach(async () => {
  await node.stop();
  await site.close();
});

/** What a change comes to that was planned, and before whose start something happened. */
const startedAfter = async (action: ActionName, params: { [name: string]: Json }, meanwhile: () => void) => {
  await node.send('plan', { job: 'plan', change: a, action, target: VM101, params });
  const ticket = ticketFor(node.reports, a, site.privateKey);
  meanwhile();
  const before = site.posts().length;
  await node.send('run', { job: 'run', change: a, ticket });
  assert.equal(site.posts().length, before, 'nothing is sent');
  return node.reports.findLast(({ report }) => report === 'refused' || report === 'stale');
};

const setFree = (id: string, bytes: number): void => {
  const storage = site.simulator.world.storages.get(id);
  assert.ok(storage);
  site.simulator.world.storages.set(id, { ...storage, usedBytes: storage.totalBytes - bytes });
};

/** The check that stopped it, as it was reported. */
const stoppedBy = (report: Awaited<ReturnType<typeof startedAfter>>): string[] =>
  report?.report === 'refused' && report.refusal.no === 'checks-failed'
    ? report.refusal.checks.filter(({ state }) => state === 'stop').map(({ check }) => check)
    : [JSON.stringify(report)];

test('a storage that became full after the plan stops the backup at its start', async () => {
  const end = await startedAfter('backup.create', { storage: 'backup', mode: 'snapshot' }, () =>
    setFree('backup', 0),
  );
  assert.deepEqual(stoppedBy(end), ['storage-space']);
});

test('a task that began on the guest after the plan stops the change at its start', async () => {
  const { world } = site.simulator;
  const end = await startedAfter('guest.reboot', {}, () => {
    world.tasks.push({
      upid: 'UPID:pve1:00001234:00005678:67442F5A:vzdump:101:root@pam:',
      node: 'pve1',
      type: 'vzdump',
      id: '101',
      user: 'root@pam',
      pid: 0x1234,
      pstart: 0x5678,
      startedAt: Date.now(),
      log: [],
    });
  });
  assert.deepEqual(stoppedBy(end), ['running-task']);
});

test('a last backup that was taken away after the plan makes the plan stale at its start', async () => {
  const end = await startedAfter('disk.grow', { disk: 'scsi0', by: '1G' }, () => {
    const { backups } = site.simulator.world;
    const others = backups.filter(({ vmid }) => vmid !== 101);
    backups.splice(0, backups.length, ...others);
  });
  assert.deepEqual(end?.report === 'stale' && end.drift, [
    { of: 'check last-backup', planned: 'ok', now: 'warn' },
  ]);
});
