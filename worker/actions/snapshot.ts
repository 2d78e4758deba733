import type { Check } from '#policies/check';
import type { Blast } from '#policies/plan';
import type { Probe } from '#policies/probe';
import { no, ok } from '#policies/result';
import type { Need } from '../proxmox/privileges.ts';
import type { Planner } from './action.ts';
import { call, step } from './call.ts';
import type { GuestFacts } from './guest.ts';
import { snapshotBasis } from './guest-basis.ts';
import type { Demands } from './guest-checks.ts';
import { guestPlanner } from './guest-draft.ts';
import { lastBackupCheck, readLastBackup } from './last-backup.ts';
import { readSnapshots } from './snapshot-list.ts';

const ANY: Demands = {
  states: ['running', 'stopped', 'paused'],
  quorum: 'needed',
  template: 'refused',
};

const SNAPSHOT: readonly Need[] = [{ path: '/vms/{vmid}', anyOf: ['VM.Snapshot'] }];

const check = (name: string, state: Check['state'], exists: boolean): Check => ({
  check: 'snapshot',
  state,
  facts: { name, exists },
});

/** `/snapshot`: with RAM only where the guest runs; otherwise there is none to keep. */
export const snapshotCreate: Planner<'snapshot.create'> = guestPlanner('snapshot.create', {
  needs: () => SNAPSHOT,
  demands: () => ANY,
  part: async ({ guest, args: { name, ram }, context }) => {
    if (ram && guest.at.kind === 'lxc')
      return no({ no: 'wrong-kind', action: 'snapshot.create', kind: 'lxc' });
    const rows = await readSnapshots(context.proxmox, guest.at);
    if (!rows.ok) return rows;
    const exists = rows.value.some((row) => row.name === name);
    const keepsRam = ram && guest.state !== 'stopped';
    const path = `${guest.path}/snapshot`;
    const create = call('POST', path, {
      snapname: name,
      description: `quorate change ${context.change}`,
      vmstate: keepsRam ? '1' : undefined,
    });
    return ok({
      effects: [step(create, { inverse: call('DELETE', `${path}/${name}`) })],
      probes: [{ probe: 'snapshot', name, want: 'present' }],
      checks: [check(name, exists ? 'stop' : ram && !keepsRam ? 'warn' : 'ok', exists)],
      basis: [snapshotBasis(rows.value)],
      blast: keepsRam ? [{ blast: 'guest-interrupted', vmid: guest.at.vmid, name: guest.name }] : [],
      undo: { possible: true },
    });
  },
});

/** `/snapshot_delete`: what it held is gone for good. */
export const snapshotDelete: Planner<'snapshot.delete'> = guestPlanner('snapshot.delete', {
  needs: () => SNAPSHOT,
  demands: () => ANY,
  part: async ({ guest, args: { name }, context }) => {
    const rows = await readSnapshots(context.proxmox, guest.at);
    if (!rows.ok) return rows;
    const exists = rows.value.some((row) => row.name === name);
    return ok({
      effects: [step(call('DELETE', `${guest.path}/snapshot/${name}`))],
      probes: [{ probe: 'snapshot', name, want: 'absent' }],
      checks: [check(name, exists ? 'ok' : 'stop', exists)],
      basis: [snapshotBasis(rows.value)],
      blast: [{ blast: 'snapshot-lost', name }],
      undo: { possible: false, why: 'data-is-gone' },
    });
  },
});

const rollbackProbes = (name: string, runs: boolean): Probe[] => [
  { probe: 'snapshot', name, want: 'current' },
  { probe: 'guest-status', want: runs ? 'running' : 'stopped' },
];

const rollbackBlast = ({ at, name, state }: GuestFacts, snapshot: string): Blast[] => [
  { blast: 'since-snapshot-lost', name: snapshot },
  ...(state === 'stopped' ? [] : [{ blast: 'guest-stops' as const, vmid: at.vmid, name }]),
];

/** `/rollback`: everything since the snapshot is lost. With RAM the guest runs afterwards, without only if asked. */
export const snapshotRollback: Planner<'snapshot.rollback'> = guestPlanner('snapshot.rollback', {
  needs: () => [{ path: '/vms/{vmid}', anyOf: ['VM.Snapshot', 'VM.Snapshot.Rollback'] }],
  demands: () => ANY,
  part: async ({ guest, args: { name, start }, context }) => {
    const rows = await readSnapshots(context.proxmox, guest.at);
    if (!rows.ok) return rows;
    const backup = await readLastBackup(context.proxmox, guest);
    const snapshot = rows.value.find((row) => row.name === name);
    const back = call('POST', `${guest.path}/snapshot/${name}/rollback`, { start: start ? '1' : undefined });
    return ok({
      effects: [step(back)],
      probes: rollbackProbes(name, start || snapshot?.vmstate === true),
      checks: [
        check(name, snapshot ? 'ok' : 'stop', snapshot !== undefined),
        lastBackupCheck(backup, context.now()),
      ],
      basis: [snapshotBasis(rows.value)],
      blast: rollbackBlast(guest, name),
      undo: { possible: false, why: 'data-is-gone' },
    });
  },
});
