import type { Check } from '#policies/check';
import type { ApiCall } from '#policies/effect';
import type { Blast } from '#policies/plan';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { guestPath } from '../proxmox/guest-reads.ts';
import type { Part, Planner } from './action.ts';
import { call, step } from './call.ts';
import type { GuestFacts } from './guest.ts';
import { targetBasis } from './guest-basis.ts';
import { type Asked, guestPlanner } from './guest-draft.ts';
import { readNode } from './site.ts';
import { disksOf } from './size.ts';
import { storageAt } from './storage-space.ts';

/** Storages of the guest's disks, each with whether it is shared and whether the target node has it. */
const storagesOf = ({ settings, resources, node }: GuestFacts, to: string) =>
  [...new Set(disksOf(settings).map(({ storage }) => storage))].map((storage) => ({
    storage,
    shared: storageAt(resources, node, storage)?.shared,
    there: storageAt(resources, to, storage)?.status === 'available',
  }));

const targetCheck = (guest: GuestFacts, node: string): Check => {
  const row = readNode(guest.resources, node);
  if (row === null) return { check: 'target-node', state: 'stop', facts: { node, exists: false } };
  if (!row.online) return { check: 'target-node', state: 'stop', facts: { node, online: false } };
  const storages = storagesOf(guest, node);
  const unseen = storages.find(({ shared }) => shared === undefined);
  if (unseen) return { check: 'target-node', state: 'unknown', facts: { node, storage: unseen.storage } };
  const missing = storages.find(({ there }) => !there);
  if (missing)
    return { check: 'target-node', state: 'stop', facts: { node, storage: missing.storage, active: false } };
  return { check: 'target-node', state: 'ok', facts: { node, online: true } };
};

/**
 * How a running guest moves: a VM live, with its local disks if it has some; a container by a restart, since it has no
 * live migration. https://pve.proxmox.com/pve-docs/api-viewer/ POST /nodes/{node}/qemu/{vmid}/migrate
 */
const moving = (guest: GuestFacts, to: string): Readonly<Record<string, string | undefined>> => {
  if (guest.state === 'stopped') return {};
  if (guest.at.kind === 'lxc') return { restart: '1' };
  const local = storagesOf(guest, to).some(({ shared }) => shared !== true);
  return { online: '1', 'with-local-disks': local ? '1' : undefined };
};

const move = (guest: GuestFacts, from: string, to: string): ApiCall =>
  call('POST', `${guestPath({ ...guest.at, node: from })}/migrate`, { target: to, ...moving(guest, to) });

const blastOf = ({ at, name, state }: GuestFacts): Blast[] =>
  at.kind === 'lxc' && state !== 'stopped' ? [{ blast: 'guest-interrupted', vmid: at.vmid, name }] : [];

const wantedStatus = (guest: GuestFacts) => (guest.state === 'stopped' ? 'stopped' : 'running');

const plan = ({ guest, args: { node } }: Asked<'guest.migrate'>): Result<Part, WorkerRefusal> => {
  if (node === guest.node) return no({ no: 'nothing-to-do' });
  const target = targetCheck(guest, node);
  return ok({
    effects: [step(move(guest, guest.node, node), { inverse: move(guest, node, guest.node) })],
    probes: [
      { probe: 'guest-on-node', node },
      { probe: 'guest-status', want: wantedStatus(guest) },
    ],
    checks: [target],
    basis: [targetBasis(guest, node)],
    blast: blastOf(guest),
    undo: { possible: true },
  });
};

/** `/migrate`: to another node of the same site; undone by the way back. */
export const guestMigrate: Planner<'guest.migrate'> = guestPlanner('guest.migrate', {
  needs: () => [{ path: '/vms/{vmid}', anyOf: ['VM.Migrate'] }],
  demands: () => ({ states: ['running', 'stopped'], quorum: 'needed', template: 'allowed' }),
  part: plan,
});
