import assert from 'node:assert/strict';
import type { Check, CheckState } from '#policies/check';
import { grant } from '#worker/simulator/build-world';
import { guestOf, type Site, type Wanted } from './site.ts';

/** An action under circumstances, and what one check must say of them. */
export type Expected = Wanted & {
  readonly title: string;
  readonly before?: (site: Site) => unknown;
  readonly check: Check['check'];
  readonly state: CheckState;
  readonly facts?: Check['facts'];
};

export const snapshot = ({ world }: Site): void => {
  const guest = guestOf(world, 101);
  guest.snapshots.push({ name: 'pre', conf: { ...guest.conf }, snaptime: 1_700_000_000, withRam: false });
};

export const full = ({ world }: Site): void => {
  const storage = world.storages.get('backup');
  if (storage) world.storages.set('backup', { ...storage, usedBytes: storage.totalBytes });
};

export const used =
  (id: string, free: number) =>
  ({ world }: Site): void => {
    const storage = world.storages.get(id);
    if (storage) world.storages.set(id, { ...storage, usedBytes: storage.totalBytes - free });
  };

export const underHa =
  (sid: string) =>
  ({ world }: Site) =>
    world.haResources.push({ sid, state: 'started' });

export const running = async (site: Site): Promise<void> => {
  site.simulator.faults.taskHangs({ vmid: 101 });
  const sent = await site.proxmox.shutdown({ node: 'pve1', kind: 'qemu', vmid: 101 });
  assert.ok(sent.ok);
};

/** The auditor's role at a deeper path replaces what it inherits, as in Proxmox: it sees neither quorum nor tasks. */
export const blind = ({ world }: Site): void => {
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

export const noStorages = ({ world }: Site): void => {
  for (const ugid of ['botread@pve', world.reader])
    grant(world, ugid, { path: '/storage', roleid: 'NoAccess' });
};

export const MIB = 2 ** 20;
