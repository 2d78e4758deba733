import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoWorld } from '#worker/simulator/demo-world';
import type { World } from '#worker/simulator/world';
import { onSite, plan, type Wanted } from './site.ts';

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
  { action: 'node.reboot', about: 'pve1', path: '/nodes/pve1', privilege: 'Sys.PowerMgmt' },
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
