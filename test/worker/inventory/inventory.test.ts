import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SiteId } from '#policies/ids';
import { Inventory } from '#policies/inventory';
import { readInventory } from '#worker/inventory/inventory';
import { buildBackup, grant } from '#worker/simulator/build-world';
import { demoWorld } from '#worker/simulator/demo-world';
import { largeWorld } from '#worker/simulator/large-world';
import type { World } from '#worker/simulator/world';
import { guestOf, onSite, type Site } from '../actions/site.ts';

const site = SiteId.parse('home');

const read = ({ proxmox }: Site, previous?: Inventory) =>
  readInventory(proxmox, {
    site,
    simulated: true,
    now: Date.now,
    ...(previous === undefined ? {} : { previous }),
  });

const withoutRole = (): World => {
  const world = demoWorld(Date.now());
  const kept = world.access.acl.filter(({ roleid }) => roleid !== 'PVEAuditor');
  world.access.acl.splice(0, world.access.acl.length, ...kept);
  return world;
};

const forReader = (world: World, path: string, roleid: string): void => {
  for (const ugid of ['botread@pve', world.reader]) grant(world, ugid, { path, roleid });
};

test('an auditor sees everything of the site in one round', () =>
  onSite(async (on) => {
    const seen = await read(on);
    assert.deepEqual(Inventory.parse(JSON.parse(JSON.stringify(seen))), seen);
    assert.deepEqual(seen.quorum, {
      known: true,
      value: { standalone: false, quorate: true, nodes: 3, online: 3 },
    });
    assert.ok(seen.guests.known && seen.nodes.known && seen.storages.known && seen.backups.known);
    assert.deepEqual(
      seen.guests.value.map(({ vmid }) => vmid),
      [...on.world.guests.keys()].sort((one, other) => one - other),
    );
    const web = seen.guests.value.find(({ vmid }) => vmid === 101);
    assert.deepEqual(web?.tags, ['prod', 'web']);
    assert.equal(web?.pool, 'customers');
    assert.equal(seen.nodes.value.length, 3);
    assert.equal(seen.storages.value.filter(({ storage }) => storage === 'backup').length, 1);
    assert.equal(seen.storages.value.filter(({ storage }) => storage === 'local').length, 3);
    assert.equal(seen.backups.value.length, on.world.backups.length);
    assert.ok(seen.backups.value.some((row) => row.protected));
    assert.ok(seen.backupRuns.known);
    assert.deepEqual(
      seen.backupRuns.value.map(({ vmid, ok, exit }) => [vmid, ok, exit]),
      [
        [202, false, 'job errors'],
        [null, true, 'OK'],
      ],
    );
    assert.equal(seen.backupJobs.known && seen.backupJobs.value[0]?.id, 'nightly');
    assert.ok(seen.uncovered.known && seen.uncovered.value.map(Number).includes(202));
    assert.equal(seen.version, '8.4.21');
  }));

test('registered tags are those of datacenter.cfg, and unknown to whoever may not read it', async () => {
  const world = (): World => ({ ...demoWorld(Date.now()), registeredTags: ['prod'] });
  await onSite(
    async (on) => assert.deepEqual((await read(on)).registeredTags, { known: true, value: ['prod'] }),
    { world: world() },
  );
  await onSite(async (on) => assert.deepEqual((await read(on)).registeredTags, { known: true, value: [] }));
  const blind = world();
  const kept = blind.access.acl.filter(({ roleid }) => roleid !== 'PVEAuditor');
  blind.access.acl.splice(0, blind.access.acl.length, ...kept);
  await onSite(
    async (on) => assert.deepEqual((await read(on)).registeredTags, { known: false, why: 'forbidden' }),
    { world: blind },
  );
});

test('inventory reads cost the Proxmox API nothing per guest', async () => {
  const counted: number[] = [];
  for (const guests of [10, 400])
    await onSite(
      async (on) => {
        const seen = await read(on);
        assert.equal(seen.guests.known && seen.guests.value.length, guests);
        counted.push(on.simulator.requests.length);
      },
      { world: largeWorld({ nodes: 3, guests, now: Date.now() }) },
    );
  assert.equal(counted[0], counted[1]);
  assert.ok((counted[0] ?? 99) <= 15, String(counted[0]));
});

test('a reader without rights knows nothing, and nothing looks empty', () =>
  onSite(
    async (on) => {
      const seen = await read(on);
      for (const part of [
        'quorum',
        'guests',
        'storages',
        'backups',
        'backupRuns',
        'backupJobs',
        'uncovered',
      ] as const)
        assert.deepEqual(seen[part], { known: false, why: 'forbidden' }, part);
    },
    { world: withoutRole() },
  ));

test('a right on one guest shows that guest', () => {
  const world = withoutRole();
  forReader(world, '/vms/101', 'PVEAuditor');
  return onSite(
    async (on) => {
      const { guests, backups } = await read(on);
      assert.deepEqual(guests.known && guests.value.map(({ vmid }) => Number(vmid)), [101]);
      assert.deepEqual(backups, { known: false, why: 'forbidden' });
    },
    { world },
  );
});

test('backups on storages that were taken from the reader are unknown, not none', () => {
  const world = demoWorld(Date.now());
  forReader(world, '/storage', 'NoAccess');
  return onSite(
    async (on) => {
      const seen = await read(on);
      assert.deepEqual(seen.storages, { known: false, why: 'forbidden' });
      assert.deepEqual(seen.backups, { known: false, why: 'forbidden' });
      assert.equal(seen.guests.known, true);
    },
    { world },
  );
});

test('guests and storages of a node that is off are unknown at once, whatever Proxmox still says', () =>
  onSite(async (on) => {
    on.simulator.faults.nodeOffline('pve2');
    const seen = await read(on);
    assert.ok(seen.guests.known && seen.nodes.known && seen.storages.known);
    for (const { node, status, uptime } of seen.guests.value) {
      assert.equal(status === 'unknown', node === 'pve2');
      assert.equal(uptime === null, node === 'pve2');
    }
    assert.deepEqual(
      seen.nodes.value.filter(({ online }) => !online).map(({ node }) => String(node)),
      ['pve2'],
    );
    const local = seen.storages.value.filter(({ storage }) => storage === 'local');
    assert.deepEqual(
      local.map(({ node, active }) => [String(node), active]),
      [
        ['pve1', true],
        ['pve2', false],
        ['pve3', true],
      ],
    );
    assert.equal(seen.storages.value.find(({ storage }) => storage === 'backup')?.active, true);
  }));

test('backups on a node that went off are remembered from the round before, and unknown without one', () =>
  onSite(async (on) => {
    const ctime = Math.floor(Date.now() / 1000) - 60;
    on.world.backups.push(buildBackup(guestOf(on.world, 202), { storage: 'local', ctime }));
    const before = await read(on);
    assert.equal(before.backups.known && before.backups.value[0]?.node, 'pve2');
    on.simulator.faults.nodeOffline('pve2');
    const alone = await read(on);
    assert.deepEqual(alone.backups, { known: false, why: 'unreachable' });
    assert.deepEqual(alone.backupRuns, { known: false, why: 'unreachable' });
    const lent = await read(on, before);
    assert.deepEqual(lent.backups, before.backups);
    assert.deepEqual(lent.backupRuns, before.backupRuns);
    const gone = on.world.backups.findIndex(({ vmid }) => vmid === 101);
    on.world.backups.splice(gone, 1);
    const later = await read(on, lent);
    assert.equal(later.backups.known && later.backups.value.length, on.world.backups.length);
  }));

test('a shared storage is asked at a node that answers, whichever went off', async () => {
  for (const node of ['pve1', 'pve2', 'pve3'])
    await onSite(async (on) => {
      const before = await read(on);
      if (node !== 'pve1') on.simulator.faults.nodeOffline(node);
      const asked = on.simulator.requests.length;
      const seen = await read(on, before);
      assert.deepEqual(seen.backups, before.backups);
      const paths = on.simulator.requests.slice(asked).map(({ path }) => path);
      assert.equal(paths.filter((path) => path.endsWith('/storage/backup/prunebackups')).length, 1);
    });
});

test('a site that does not answer is unknown in every part', () =>
  onSite(async (on) => {
    await on.simulator.close();
    const seen = await read(on);
    const { site: _, at: _at, simulated: _simulated, version, scripts, ...parts } = seen;
    assert.deepEqual(scripts, [], "which are the node's own, not the site's");
    assert.equal(version, null);
    for (const part of Object.values(parts)) assert.deepEqual(part, { known: false, why: 'unreachable' });
  }));

test('a node that stands alone never lacks quorum', () =>
  onSite(async (on) => {
    const status = on.proxmox.clusterStatus;
    const alone = {
      ...on.proxmox,
      clusterStatus: async () => {
        const all = await status();
        return all.ok ? { ...all, value: all.value.filter((row) => row.type === 'node').slice(0, 1) } : all;
      },
    };
    const seen = await read({ ...on, proxmox: alone });
    assert.deepEqual(seen.quorum.known && seen.quorum.value.standalone, true);
    assert.deepEqual(seen.quorum.known && seen.quorum.value.quorate, true);
  }));
