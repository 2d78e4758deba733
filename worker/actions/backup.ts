import type { Check } from '#policies/check';
import type { Blast } from '#policies/plan';
import { ok } from '#policies/result';
import { api } from '../proxmox/request.ts';
import type { Planner } from './action.ts';
import { call, step } from './call.ts';
import type { GuestFacts } from './guest.ts';
import { guestPlanner } from './guest-draft.ts';
import { lastBackupCheck, readLastBackup } from './last-backup.ts';
import { disksOf } from './size.ts';
import { spaceCheck, storageAt } from './storage-space.ts';

const diskBytes = ({ settings }: GuestFacts): number =>
  disksOf(settings).reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);

/** A storage that is not there, or keeps no backups, stops the plan like a full one. */
const target = (guest: GuestFacts, storage: string, seesAll: boolean): Check => {
  const row = storageAt(guest.resources, guest.node, storage);
  if (row === null && seesAll)
    return { check: 'storage-space', state: 'stop', facts: { storage, exists: false } };
  if (row !== null && row.content?.split(',').includes('backup') !== true)
    return { check: 'storage-space', state: 'stop', facts: { storage, content: row.content ?? 'none' } };
  return spaceCheck(row, storage, diskBytes(guest));
};

const felt = (mode: string, { at, name, state }: GuestFacts): Blast[] =>
  mode === 'snapshot' || state === 'stopped' ? [] : [{ blast: 'guest-interrupted', vmid: at.vmid, name }];

/**
 * `/backup`: one guest, now. `remove=0`, because vzdump would otherwise prune older archives by the storage's own rule,
 * which nobody approved. https://pve.proxmox.com/pve-docs/vzdump.1.html
 */
export const backupCreate: Planner<'backup.create'> = guestPlanner('backup.create', {
  needs: ({ args: { storage } }) => [
    { path: '/vms/{vmid}', anyOf: ['VM.Backup'] },
    { path: `/storage/${storage}`, anyOf: ['Datastore.AllocateSpace'] },
  ],
  demands: () => ({ states: ['running', 'stopped', 'paused'], quorum: 'needed', template: 'allowed' }),
  part: async ({ guest, args: { storage, mode }, context }) => {
    const last = await readLastBackup(context.proxmox, guest, storage);
    const run = call('POST', api`/nodes/${guest.node}/vzdump`, {
      vmid: String(guest.at.vmid),
      storage,
      mode,
      remove: '0',
      'notes-template': `quorate change ${context.change}`,
    });
    return ok({
      effects: [step(run)],
      probes: [{ probe: 'backup-newer', storage, than: last.at ?? 0 }],
      checks: [target(guest, storage, last.complete), lastBackupCheck(last, context.now())],
      blast: felt(mode, guest),
      undo: { possible: false, why: 'already-happened' },
    });
  },
});
