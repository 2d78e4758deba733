import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { ActionName } from '#policies/actions';
import type { Json } from '#policies/json';
import { changeId } from '#test/db/journal/sample';
import { ask } from '#test/worker/simulator/client';
import { configOf, type Node, openNode, openSite, plannedOf, type Site, ticketFor, VM101 } from './site.ts';

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

type Meanwhile = () => unknown;

/** Plans for guest 101, lets something happen, runs, and gives the last report. Nothing must have been sent. */
const started = async (action: ActionName, params: { [name: string]: Json }, meanwhile: Meanwhile) => {
  await node.send('plan', { job: 'plan', change: a, action, target: VM101, params });
  const ticket = ticketFor(node.reports, a, site.privateKey);
  await meanwhile();
  const sent = site.posts().length;
  await node.send('run', { job: 'run', change: a, ticket });
  assert.equal(site.posts().length, sent);
  return node.reports.findLast(({ report }) => report === 'refused' || report === 'stale');
};

const stops = (report: Awaited<ReturnType<typeof started>>): string[] =>
  report?.report === 'refused' && report.refusal.no === 'checks-failed'
    ? report.refusal.checks.filter(({ state }) => state === 'stop').map(({ check }) => check)
    : [JSON.stringify(report)];

const fill = (free: number) => (): void => {
  const { storages } = site.simulator.world;
  for (const [id, storage] of storages)
    storages.set(id, { ...storage, usedBytes: storage.totalBytes - free });
};

test('a storage that filled up since the plan takes no backup', async () => {
  assert.deepEqual(stops(await started('backup.create', { storage: 'backup' }, fill(0))), ['storage-space']);
});

test('a task that runs on the target since the plan keeps the change from beginning', async () => {
  const backup = async (): Promise<void> => {
    site.simulator.faults.taskHangs({ vmid: 101 });
    const authorization = `PVEAPIToken=botact@pve!run=${site.secrets.actor}`;
    const path = '/nodes/pve1/qemu/101/status/shutdown';
    assert.equal((await ask(site.simulator, { method: 'POST', path, authorization })).status, 200);
  };
  assert.deepEqual(stops(await started('guest.reboot', {}, backup)), ['running-task']);
});

test('space that got scarce since the plan makes it stale, because people agreed to something else', async () => {
  const stale = await started('disk.grow', { disk: 'scsi0', by: '10G' }, fill(2 * 2 ** 30));
  assert.deepEqual(stale?.report === 'stale' && stale.drift, [
    { of: 'check storage-space', planned: 'ok', now: 'warn' },
  ]);
});

test('a last backup that is too old since the plan makes it stale', async () => {
  const age = (): void => {
    const { backups } = site.simulator.world;
    const aged = backups.map((backup) => ({ ...backup, ctime: backup.ctime - 30 * 24 * 3600 }));
    backups.splice(0, backups.length, ...aged);
  };
  const stale = await started('disk.grow', { disk: 'scsi0', by: '1G' }, age);
  assert.deepEqual(stale?.report === 'stale' && stale.drift, [
    { of: 'check last-backup', planned: 'ok', now: 'warn' },
  ]);
  assert.equal(
    plannedOf(node.reports, a).plan.checks.find(({ check }) => check === 'last-backup')?.state,
    'ok',
  );
});
