import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Basis } from '#policies/plan';
import { readBasis } from '#worker/actions/basis';
import { touchConfig } from '#worker/simulator/touch';
import { guestOf, onSite, plan, type Site, targetOf, type Wanted } from './site.ts';

/** Names of what is no longer as planned. */
const drift = async (
  { proxmox }: Site,
  about: number | string,
  basis: readonly Basis[],
): Promise<string[]> => {
  const now = await readBasis(proxmox, { target: targetOf(about), basis });
  assert.ok(now.ok, JSON.stringify(now));
  const values = new Map(now.value.map(({ of, value }) => [of, value]));
  return basis.filter(({ of, value }) => values.get(of) !== value).map(({ of }) => of);
};

type Edit = Wanted & {
  readonly title: string;
  readonly edit: (site: Site) => unknown;
  readonly found: string[];
};

const snapshotOf = ({ world }: Site, name: string): void => {
  const guest = guestOf(world, 101);
  guest.snapshots.push({ name, conf: { ...guest.conf }, snaptime: 1_700_000_000, withRam: false });
};

const EDITS: readonly Edit[] = [
  {
    title: 'an edited setting',
    action: 'guest.stop',
    about: 101,
    edit: ({ world }) => touchConfig(world, 101, { memory: '4096' }),
    found: ['config'],
  },
  {
    title: 'a guest that somebody stopped',
    action: 'guest.stop',
    about: 101,
    edit: ({ world }) => {
      guestOf(world, 101).power = { on: false };
    },
    found: ['status'],
  },
  {
    title: 'a lock',
    action: 'config.set',
    about: 101,
    params: { memory: '64' },
    edit: ({ world }) => touchConfig(world, 101, { lock: 'backup' }),
    found: ['lock', 'config'],
  },
  {
    title: 'a guest that moved',
    action: 'guest.stop',
    about: 101,
    edit: ({ world }) => {
      guestOf(world, 101).node = 'pve2';
    },
    found: ['node'],
  },
  {
    title: 'HA that was switched on',
    action: 'guest.stop',
    about: 101,
    edit: ({ world }) => world.haResources.push({ sid: 'vm:101', state: 'started' }),
    found: ['ha'],
  },
  {
    title: 'a lost quorum',
    action: 'guest.stop',
    about: 101,
    edit: ({ simulator }) => simulator.faults.quorumLost(),
    found: ['quorum'],
  },
  {
    title: 'a new snapshot',
    action: 'snapshot.create',
    about: 101,
    params: { name: 'mine' },
    edit: (site) => snapshotOf(site, 'other'),
    found: ['config', 'snapshots'],
  },
  {
    title: 'a target node that went off',
    action: 'guest.migrate',
    about: 101,
    params: { node: 'pve2' },
    edit: ({ simulator }) => simulator.faults.nodeOffline('pve2'),
    found: ['target-node pve2'],
  },
  {
    title: 'the last backup that went',
    action: 'guest.destroy',
    about: 103,
    edit: ({ world }) =>
      world.backups.splice(0, world.backups.length, ...world.backups.filter(({ vmid }) => vmid !== 103)),
    found: ['last-backup'],
  },
  {
    title: 'a guest that is gone',
    action: 'guest.destroy',
    about: 103,
    edit: ({ world }) => world.guests.delete(103),
    found: ['node', 'status', 'lock', 'config', 'ha', 'quorum', 'last-backup'],
  },
  {
    title: 'a service that stopped',
    action: 'node.service-restart',
    about: 'pve1',
    params: { service: 'pveproxy' },
    edit: ({ world }) => {
      const service = world.nodes.get('pve1')?.services.get('pveproxy');
      if (service) service.state = 'dead';
    },
    found: ['service pveproxy'],
  },
  {
    title: 'a guest that was started on a node which is to be rebooted',
    action: 'node.reboot',
    about: 'pve1',
    edit: ({ world }) => {
      const guest = [...world.guests.values()].find(({ node, power }) => node === 'pve1' && !power.on);
      if (guest) guest.power = { on: true, since: 1, paused: false };
    },
    found: ['running-guests'],
  },
];

for (const { title, edit, found, ...wanted } of EDITS)
  test(`between the plan and its start, ${title} is found`, () =>
    onSite(async (site) => {
      const made = await plan(site, wanted);
      assert.ok(made.ok, JSON.stringify(made));
      assert.deepEqual(await drift(site, wanted.about, made.value.basis), []);
      edit(site);
      assert.deepEqual((await drift(site, wanted.about, made.value.basis)).sort(), [...found].sort());
    }));

test('a secret setting is never in a plan, yet its edit is found', () =>
  onSite(async (site) => {
    touchConfig(site.world, 101, { cipassword: 'first-secret', sshkeys: 'ssh-ed25519%20AAAA' });
    guestOf(site.world, 101).pending = { cipassword: 'second-secret' };
    const made = await plan(site, { action: 'guest.stop', about: 101 });
    assert.ok(made.ok);
    assert.doesNotMatch(JSON.stringify(made), /secret|AAAA/);
    const effect = made.value.effects[0];
    assert.deepEqual(effect?.kind === 'api' && effect.diff, [
      { key: 'cipassword', before: '•••', after: '•••' },
    ]);
    touchConfig(site.world, 101, { cipassword: 'third' });
    assert.deepEqual(await drift(site, 101, made.value.basis), ['config']);
  }));
