import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTarget } from '#bot/commands/find-target';
import { Inventory } from '#policies/inventory';

const guest = (vmid: number, name: string) => ({
  vmid,
  name,
  kind: 'qemu',
  node: 'pve1',
  status: 'running',
  template: false,
  lock: null,
  pool: null,
  tags: [],
  cpu: null,
  memory: null,
  maxMemory: null,
  disk: null,
  maxDisk: null,
  uptime: null,
});

const unknown = { known: false, why: 'not-read' };
const site = (...guests: object[]): Inventory =>
  Inventory.parse({
    site: 'home',
    at: 1,
    simulated: false,
    version: null,
    quorum: unknown,
    nodes: unknown,
    guests: { known: true, value: guests },
    storages: unknown,
    backups: unknown,
    backupRuns: unknown,
    backupJobs: unknown,
    uncovered: unknown,
  });

const vmidOf = (text: string, inventory: Inventory): unknown => {
  const found = findTarget([inventory], 'guest.stop', text);
  if (!found.ok) return found.error.no;
  return found.value.target.kind === 'guest' && found.value.target.vmid;
};

test('a reference that is a number is only ever a VMID, whatever guests are named', () => {
  const inventory = site(guest(101, '999'), guest(102, '101'), guest(103, 'web'));
  assert.equal(vmidOf('999', inventory), 'no-such-guest');
  assert.equal(vmidOf('home/999', inventory), 'no-such-guest');
  assert.equal(vmidOf('101', inventory), 101);
  assert.equal(vmidOf('home/101', inventory), 101);
});

test('a guest is found by its name, in any case, and with its site before it', () => {
  const inventory = site(guest(103, 'Web'), guest(104, '2048-game'));
  assert.equal(vmidOf('web', inventory), 103);
  assert.equal(vmidOf('home/WEB', inventory), 103);
  assert.equal(vmidOf('2048-game', inventory), 104);
});
