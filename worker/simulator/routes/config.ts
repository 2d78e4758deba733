import { digestOf } from '../conf.ts';
import { applyChange, type Change, checkDigest, checkOptionRights, readChange } from '../config-change.ts';
import { configView, pendingView } from '../config-view.ts';
import { existing, guestAt, unlocked } from '../guest.ts';
import { type Answer, type Call, flag, holds, need, type Permission, type Route } from '../route.ts';
import { snapshotConfig } from '../snapshots.ts';
import { startTask } from '../tasks.ts';
import type { Guest, GuestType } from '../world.ts';

const ANY_CONFIG: Record<GuestType, string> = {
  qemu:
    'VM.Config.Disk|VM.Config.CDROM|VM.Config.CPU|VM.Config.Memory|VM.Config.Network|VM.Config.HWType|' +
    'VM.Config.Options|VM.Config.Cloudinit',
  lxc: 'VM.Config.Disk|VM.Config.CPU|VM.Config.Memory|VM.Config.Network|VM.Config.Options',
};

const mayChange = (type: GuestType): Permission => need('/vms/{vmid}', ANY_CONFIG[type]);

const guestOf = (call: Call, type: GuestType): Guest => existing(call.cluster, guestAt(call, type));

const prepared = (call: Call, type: GuestType): { guest: Guest; change: Change } => {
  const change = readChange(type, call.parameters);
  const { vmid } = guestAt(call, type);
  const path = `/vms/${vmid}`;
  checkOptionRights(change, (privilege) => holds(call, path, privilege), { path });
  return { guest: guestOf(call, type), change };
};

const put =
  (type: GuestType) =>
  (call: Call): Answer => {
    const { guest, change } = prepared(call, type);
    applyChange(call.cluster, guest, change);
    return { data: null };
  };

/** The asynchronous twin: lock and digest are checked at once, the change itself is a task. */
const post = (call: Call): Answer => {
  const { guest, change } = prepared(call, 'qemu');
  checkDigest(guest, change.digest);
  unlocked(guest);
  const complete = () => applyChange(call.cluster, guest, change);
  const job = { node: guest.node, type: 'qmconfig', id: String(guest.vmid), work: { takes: 300, complete } };
  return { data: startTask(call.cluster, call.who, job) };
};

/** The configuration now, or that of a snapshot. */
const read =
  (type: GuestType) =>
  (call: Call): Answer => {
    const guest = guestOf(call, type);
    const { snapshot } = call.parameters;
    if (snapshot === undefined) return { data: configView(guest, flag(call, 'current')) };
    return { data: { ...snapshotConfig(guest, snapshot), digest: digestOf(guest) } };
  };

const familyOf = (type: GuestType): Route[] => [
  {
    method: 'GET',
    path: `/nodes/{node}/${type}/{vmid}/config`,
    permission: need('/vms/{vmid}', 'VM.Audit'),
    handler: read(type),
  },
  {
    method: 'PUT',
    path: `/nodes/{node}/${type}/{vmid}/config`,
    permission: mayChange(type),
    handler: put(type),
  },
  {
    method: 'GET',
    path: `/nodes/{node}/${type}/{vmid}/pending`,
    permission: need('/vms/{vmid}', 'VM.Audit'),
    handler: (call) => ({ data: pendingView(guestOf(call, type)) }),
  },
];

export const CONFIG_ROUTES: readonly Route[] = [
  ...familyOf('qemu'),
  ...familyOf('lxc'),
  { method: 'POST', path: '/nodes/{node}/qemu/{vmid}/config', permission: mayChange('qemu'), handler: post },
];
