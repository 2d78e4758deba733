import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check, CheckState } from '#policies/check';
import { grant } from '#worker/simulator/build-world';
import { demoWorld } from '#worker/simulator/demo-world';
import { setLock, setPower } from '#worker/simulator/touch';
import type { World } from '#worker/simulator/world';
import { guestOf, onSite, plan, type Site, send, type Wanted } from './site.ts';

type Expected = Wanted & {
  readonly title: string;
  readonly before?: (site: Site) => unknown;
  readonly check: Check['check'];
  readonly state: CheckState;
  readonly facts?: Check['facts'];
};

const snapshot = ({ world }: Site): void => {
  const guest = guestOf(world, 101);
  guest.snapshots.push({ name: 'pre', conf: { ...guest.conf }, snaptime: 1_700_000_000, withRam: false });
};

const full = ({ world }: Site): void => {
  const storage = world.storages.get('backup');
  if (storage) world.storages.set('backup', { ...storage, usedBytes: storage.totalBytes });
};

const used =
  (id: string, free: number) =>
  ({ world }: Site): void => {
    const storage = world.storages.get(id);
    if (storage) world.storages.set(id, { ...storage, usedBytes: storage.totalBytes - free });
  };

const underHa =
  (sid: string) =>
  ({ world }: Site) =>
    world.haResources.push({ sid, state: 'started' });

const running = async (site: Site): Promise<void> => {
  site.simulator.faults.taskHangs({ vmid: 101 });
  const sent = await site.proxmox.shutdown({ node: 'pve1', kind: 'qemu', vmid: 101 });
  assert.ok(sent.ok);
};

/** The auditor's role at a deeper path replaces what it inherits, as in Proxmox: it sees neither quorum nor tasks. */
const blind = ({ world }: Site): void => {
  world.access.roles.set('OnlyGuests', {
    roleid: 'OnlyGuests',
    special: false,
    privs: ['VM.Audit', 'Datastore.Audit'],
  });
  world.access.acl.splice(
    0,
    world.access.acl.length,
    ...world.access.acl.map((entry) =>
      entry.roleid === 'PVEAuditor' ? { ...entry, roleid: 'OnlyGuests' } : entry,
    ),
  );
};

const noStorages = ({ world }: Site): void => {
  for (const ugid of ['botread@pve', world.reader])
    grant(world, ugid, { path: '/storage', roleid: 'NoAccess' });
};

const MIB = 2 ** 20;

const STOPPED: readonly Expected[] = [
  {
    title: 'a paused guest is not started',
    action: 'guest.start',
    about: 101,
    before: ({ world }) => {
      guestOf(world, 101).power = { on: true, since: 1, paused: true };
    },
    check: 'guest-status',
    state: 'stop',
    facts: { status: 'paused', needs: 'stopped, hibernated' },
  },
  {
    title: 'a locked guest is not stopped',
    action: 'guest.stop',
    about: 101,
    before: ({ world }) => setLock(world, 101, 'backup'),
    check: 'lock',
    state: 'stop',
    facts: { lock: 'backup' },
  },
  {
    title: 'a guest with a running task is not rebooted',
    action: 'guest.reboot',
    about: 101,
    before: running,
    check: 'running-task',
    state: 'stop',
  },
  {
    title: 'without quorum nothing is started',
    action: 'guest.start',
    about: 103,
    before: ({ simulator }) => simulator.faults.quorumLost(),
    check: 'quorum',
    state: 'stop',
    facts: { quorum: 'no' },
  },
  {
    title: 'without quorum no vote is risked',
    action: 'node.service-restart',
    about: 'pve1',
    params: { service: 'corosync' },
    before: ({ simulator }) => simulator.faults.quorumLost(),
    check: 'quorum',
    state: 'stop',
  },
  { title: 'a template is not started', action: 'guest.start', about: 110, check: 'template', state: 'stop' },
  {
    title: 'a protected guest is not destroyed',
    action: 'guest.destroy',
    about: 300,
    before: ({ world }) => setPower(world, 300, undefined),
    check: 'protection',
    state: 'stop',
  },
  {
    title: 'a running guest is not destroyed',
    action: 'guest.destroy',
    about: 101,
    check: 'guest-status',
    state: 'stop',
  },
  {
    title: 'a guest under HA is not destroyed without a purge',
    action: 'guest.destroy',
    about: 103,
    before: underHa('vm:103'),
    check: 'ha',
    state: 'stop',
  },
  {
    title: 'a snapshot is not made twice',
    action: 'snapshot.create',
    about: 101,
    params: { name: 'pre' },
    before: snapshot,
    check: 'snapshot',
    state: 'stop',
    facts: { name: 'pre', exists: true },
  },
  {
    title: 'a snapshot that is not there is not deleted',
    action: 'snapshot.delete',
    about: 101,
    params: { name: 'pre' },
    check: 'snapshot',
    state: 'stop',
  },
  {
    title: 'nobody rolls back to a snapshot that is not there',
    action: 'snapshot.rollback',
    about: 101,
    params: { name: 'pre' },
    check: 'snapshot',
    state: 'stop',
  },
  {
    title: 'a full storage takes no backup',
    action: 'backup.create',
    about: 101,
    params: { storage: 'backup' },
    before: full,
    check: 'storage-space',
    state: 'stop',
  },
  {
    title: 'a storage that keeps no backups takes none',
    action: 'backup.create',
    about: 101,
    params: { storage: 'fast' },
    check: 'storage-space',
    state: 'stop',
    facts: { storage: 'fast', content: 'images,rootdir' },
  },
  {
    title: 'a storage that is not there takes no backup',
    action: 'backup.create',
    about: 101,
    params: { storage: 'nosuch' },
    check: 'storage-space',
    state: 'stop',
    facts: { storage: 'nosuch', exists: false },
  },
  {
    title: 'a disk that is not there does not grow',
    action: 'disk.grow',
    about: 101,
    params: { disk: 'scsi7', by: '1G' },
    check: 'storage-space',
    state: 'stop',
    facts: { disk: 'scsi7', exists: false },
  },
  {
    title: 'nobody moves to a node that is not there',
    action: 'guest.migrate',
    about: 101,
    params: { node: 'pve9' },
    check: 'target-node',
    state: 'stop',
    facts: { node: 'pve9', exists: false },
  },
  {
    title: 'nobody moves to a node that is off',
    action: 'guest.migrate',
    about: 101,
    params: { node: 'pve2' },
    before: ({ simulator }) => simulator.faults.nodeOffline('pve2'),
    check: 'target-node',
    state: 'stop',
    facts: { node: 'pve2', online: false },
  },
  {
    title: 'nothing is planned for a guest whose node is off',
    action: 'guest.start',
    about: 103,
    before: ({ simulator }) => simulator.faults.nodeOffline('pve2'),
    check: 'target-node',
    state: 'stop',
    facts: { node: 'pve2', online: false },
  },
  {
    title: 'a service that is not there is not restarted',
    action: 'node.service-restart',
    about: 'pve1',
    params: { service: 'nosuch' },
    check: 'service',
    state: 'stop',
  },
];

for (const { title, before, check, state, facts, ...wanted } of STOPPED)
  test(title, () =>
    onSite(async (site) => {
      await before?.(site);
      const refused = await plan(site, wanted);
      assert.ok(!refused.ok && refused.error.no === 'checks-failed', JSON.stringify(refused));
      const seen = refused.error.checks.filter((one) => one.check === check && one.state === state);
      assert.equal(seen.length, 1, JSON.stringify(refused.error.checks));
      if (facts) assert.deepEqual(seen[0]?.facts, facts);
      const stops = refused.error.checks.filter((one) => one.state === 'stop');
      assert.deepEqual(
        stops.map((one) => one.check),
        [check],
      );
    }),
  );

const SHOWN: readonly Expected[] = [
  {
    title: 'a stop works without quorum and says so',
    action: 'guest.stop',
    about: 101,
    before: ({ simulator }) => simulator.faults.quorumLost(),
    check: 'quorum',
    state: 'warn',
  },
  {
    title: 'a stop overtakes a shutdown that hangs, and says so',
    action: 'guest.stop',
    about: 101,
    before: running,
    check: 'running-task',
    state: 'warn',
  },
  {
    title: 'a guest under HA is stopped with a warning',
    action: 'guest.stop',
    about: 101,
    before: underHa('vm:101'),
    check: 'ha',
    state: 'warn',
    facts: { managed: true, state: 'started' },
  },
  {
    title: 'quorum that may not be read is unknown',
    action: 'guest.stop',
    about: 101,
    before: blind,
    check: 'quorum',
    state: 'unknown',
  },
  {
    title: 'tasks that may not be read are unknown',
    action: 'guest.stop',
    about: 101,
    before: blind,
    check: 'running-task',
    state: 'unknown',
  },
  {
    title: 'a guest without any backup is destroyed with a warning',
    action: 'guest.destroy',
    about: 121,
    check: 'last-backup',
    state: 'warn',
    facts: { backup: 'none' },
  },
  {
    title: 'a backup of last week is a warning',
    action: 'guest.destroy',
    about: 103,
    check: 'last-backup',
    state: 'warn',
    facts: { ageHours: 216, storage: 'backup' },
  },
  {
    title: 'backups that may not be read are unknown, not none',
    action: 'guest.destroy',
    about: 103,
    before: noStorages,
    check: 'last-backup',
    state: 'unknown',
    facts: { backup: 'unknown' },
  },
  {
    title: 'a backup that may not fit is a warning',
    action: 'backup.create',
    about: 101,
    params: { storage: 'backup' },
    before: used('backup', 20_480 * MIB),
    check: 'storage-space',
    state: 'warn',
    facts: { storage: 'backup', free: '20G', needed: '32G' },
  },
  {
    title: 'a storage that may not be seen is unknown',
    action: 'disk.grow',
    about: 101,
    params: { disk: 'scsi0', by: '1G' },
    before: noStorages,
    check: 'storage-space',
    state: 'unknown',
  },
];

for (const { title, before, check, state, facts, ...wanted } of SHOWN)
  test(title, () =>
    onSite(async (site) => {
      await before?.(site);
      const made = await plan(site, wanted);
      assert.ok(made.ok, JSON.stringify(made));
      const seen = made.value.checks.find((one) => one.check === check);
      assert.equal(seen?.state, state, JSON.stringify(made.value.checks));
      if (facts) assert.deepEqual(seen?.facts, facts);
    }),
  );

test('a stop under HA, and growing beyond what is free, are riskier than the catalogue says', () =>
  onSite(async (site) => {
    underHa('vm:101')(site);
    const stop = await plan(site, { action: 'guest.stop', about: 101 });
    assert.equal(stop.ok && stop.value.risk, 'critical');
    used('fast', 30 * 1024 * MIB)(site);
    const grow = await plan(site, { action: 'disk.grow', about: 101, params: { disk: 'scsi0', by: '1T' } });
    assert.equal(grow.ok && grow.value.risk, 'high');
  }));

test('what is so already is nothing to do', () =>
  onSite(async (site) => {
    const wanted: readonly Wanted[] = [
      { action: 'guest.start', about: 101 },
      { action: 'guest.stop', about: 103 },
      { action: 'guest.shutdown', about: 201 },
      { action: 'config.set', about: 101, params: { memory: '1024', tags: 'web,prod', onboot: 'yes' } },
      { action: 'config.set', about: 103, params: { description: '' } },
      { action: 'guest.migrate', about: 101, params: { node: 'pve1' } },
    ];
    for (const one of wanted)
      assert.deepEqual(await plan(site, one), { ok: false, error: { no: 'nothing-to-do' } });
  }));

test('a container is not suspended, and has no RAM to keep', () =>
  onSite(async (site) => {
    const kind = 'lxc';
    for (const [action, params] of [
      ['guest.suspend', {}],
      ['guest.resume', {}],
      ['snapshot.create', { name: 'now', ram: 'yes' }],
    ] as const)
      assert.deepEqual(await plan(site, { action, about: 200, params }), {
        ok: false,
        error: { no: 'wrong-kind', action, kind },
      });
  }));

test('an unknown guest is not found, and one that the reader may not see is forbidden', async () => {
  const hidden = demoWorld(Date.now());
  for (const ugid of ['botread@pve', hidden.reader])
    grant(hidden, ugid, { path: '/vms/101', roleid: 'NoAccess' });
  await onSite(
    async (site) => {
      const missing = await plan(site, { action: 'guest.stop', about: 999 });
      assert.deepEqual(missing, { ok: false, error: { no: 'guest-not-found', vmid: 999 } });
      assert.deepEqual(await plan(site, { action: 'guest.stop', about: 101 }), {
        ok: false,
        error: { no: 'forbidden-by-proxmox', path: '/vms/101', privilege: 'VM.Audit' },
      });
    },
    { world: hidden },
  );
});

const RIGHTS: readonly (Wanted & { readonly path: string; readonly privilege: string })[] = [
  { action: 'guest.stop', about: 101, path: '/vms/101', privilege: 'VM.PowerMgmt' },
  {
    action: 'snapshot.create',
    about: 101,
    params: { name: 'now' },
    path: '/vms/101',
    privilege: 'VM.Snapshot',
  },
  {
    action: 'backup.create',
    about: 101,
    params: { storage: 'backup' },
    path: '/vms/101',
    privilege: 'VM.Backup',
  },
  {
    action: 'config.set',
    about: 101,
    params: { memory: '64' },
    path: '/vms/101',
    privilege: 'VM.Config.Memory',
  },
  {
    action: 'config.set',
    about: 101,
    params: { tags: 'x' },
    path: '/vms/101',
    privilege: 'VM.Config.Options',
  },
  {
    action: 'disk.grow',
    about: 101,
    params: { disk: 'scsi0', by: '1G' },
    path: '/vms/101',
    privilege: 'VM.Config.Disk',
  },
  {
    action: 'guest.migrate',
    about: 101,
    params: { node: 'pve2' },
    path: '/vms/101',
    privilege: 'VM.Migrate',
  },
  { action: 'guest.destroy', about: 103, path: '/vms/103', privilege: 'VM.Allocate' },
  {
    action: 'node.service-restart',
    about: 'pve1',
    params: { service: 'pveproxy' },
    path: '/nodes/pve1',
    privilege: 'Sys.Modify',
  },
];

const withoutRight = (privilege: string): World => {
  const world = demoWorld(Date.now());
  const role = world.access.roles.get('BotActor');
  if (role)
    world.access.roles.set('BotActor', { ...role, privs: role.privs.filter((one) => one !== privilege) });
  return world;
};

for (const { path, privilege, ...wanted } of RIGHTS)
  test(`without ${privilege} the actor plans no ${wanted.action}`, () =>
    onSite(
      async (site) => {
        const error = { no: 'forbidden-by-proxmox', path, privilege };
        assert.deepEqual(await plan(site, wanted), { ok: false, error });
      },
      { world: withoutRight(privilege) },
    ));

test('without an actor nothing is planned', () =>
  onSite(
    async (site) => {
      const error = { no: 'no-actor-token' };
      assert.deepEqual(await plan(site, { action: 'guest.stop', about: 101 }), { ok: false, error });
    },
    { actor: false },
  ));

test('a site that does not answer is unreachable', () =>
  onSite(async (site) => {
    await site.simulator.close();
    const refused = await plan(site, { action: 'guest.stop', about: 101 });
    assert.equal(!refused.ok && refused.error.no, 'proxmox-unreachable');
  }));

test('the task that a stop overtakes is ended by it', () =>
  onSite(async (site) => {
    await running(site);
    const made = await plan(site, { action: 'guest.stop', about: 101 });
    const effect = made.ok ? made.value.effects[0] : undefined;
    assert.ok(effect?.kind === 'api');
    site.simulator.faults.clear();
    assert.equal(await send(site, effect.call), 'ok');
    assert.equal(guestOf(site.world, 101).power.on, false);
  }));
