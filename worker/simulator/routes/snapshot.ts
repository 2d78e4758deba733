import { needQuorum } from '../cluster.ts';
import { Failure } from '../failure.ts';
import { existing, guestAt, unlocked } from '../guest.ts';
import { type Answer, type Call, flag, need, type Route, required } from '../route.ts';
import {
  beginSnapshot,
  deleteSnapshot,
  rollBack,
  snapshotConfig,
  snapshotList,
  snapshotOf,
  takeSnapshot,
} from '../snapshots.ts';
import { startTask, type Work } from '../tasks.ts';
import type { Guest, GuestType } from '../world.ts';

const guestOf = (call: Call, type: GuestType): Guest => existing(call.cluster, guestAt(call, type));

const begin = (call: Call, guest: Guest, verb: string, work: Work): Answer => {
  const type = `${guest.type === 'qemu' ? 'qm' : 'vz'}${verb}`;
  return {
    data: startTask(call.cluster, call.who, { node: guest.node, type, id: String(guest.vmid), work }),
  };
};

const RESERVED = new Set(['current', 'pending']);

/** Holds the configuration lock of that name; only its holder takes it away again. */
const holding = (guest: Guest, lock: string, work: Omit<Work, 'cleanup'>): Work => {
  let mine = false;
  return {
    ...work,
    begin: (task) => {
      work.begin?.(task);
      guest.conf.lock = lock;
      mine = true;
    },
    cleanup: () => {
      if (mine) delete guest.conf.lock;
    },
  };
};

const create =
  (type: GuestType) =>
  (call: Call): Answer => {
    const guest = guestOf(call, type);
    const name = required(call, 'snapname');
    if (RESERVED.has(name)) throw new Failure(`unable to use snapshot name '${name}' (reserved name)`);
    const ram = flag(call, 'vmstate');
    const description = call.parameters.description ?? '';
    return begin(
      call,
      guest,
      'snapshot',
      holding(guest, 'snapshot', {
        takes: ram ? 2500 : 800,
        begin: () => beginSnapshot(call.cluster, guest, name),
        complete: () => takeSnapshot(call.cluster, guest, { name, description, ram }),
      }),
    );
  };

const remove =
  (type: GuestType) =>
  (call: Call): Answer => {
    const guest = guestOf(call, type);
    const name = required(call, 'snapname');
    return begin(
      call,
      guest,
      'delsnapshot',
      holding(guest, 'snapshot-delete', {
        takes: 800,
        begin: () => {
          unlocked(guest);
          snapshotOf(guest, name);
        },
        complete: () => deleteSnapshot(guest, name),
      }),
    );
  };

const rollback =
  (type: GuestType) =>
  (call: Call): Answer => {
    const guest = guestOf(call, type);
    const name = required(call, 'snapname');
    const start = flag(call, 'start');
    return begin(
      call,
      guest,
      'rollback',
      holding(guest, 'rollback', {
        takes: 1500,
        begin: () => {
          snapshotOf(guest, name);
          unlocked(guest);
          needQuorum(call.cluster);
        },
        complete: () => rollBack(call.cluster, guest, { name, start }),
      }),
    );
  };

const describe =
  (type: GuestType) =>
  (call: Call): Answer => {
    const snapshot = snapshotOf(guestOf(call, type), required(call, 'snapname'));
    if (call.parameters.description !== undefined) snapshot.conf.description = call.parameters.description;
    return { data: null };
  };

const config =
  (type: GuestType) =>
  (call: Call): Answer => {
    return { data: snapshotConfig(guestOf(call, type), required(call, 'snapname')) };
  };

const familyOf = (type: GuestType): Route[] => {
  const base = `/nodes/{node}/${type}/{vmid}/snapshot`;
  const may = need('/vms/{vmid}', 'VM.Snapshot');
  return [
    {
      method: 'GET',
      path: base,
      permission: need('/vms/{vmid}', 'VM.Audit'),
      handler: (call) => ({ data: snapshotList(guestOf(call, type)) }),
    },
    { method: 'POST', path: base, permission: may, handler: create(type) },
    { method: 'DELETE', path: `${base}/{snapname}`, permission: may, handler: remove(type) },
    {
      method: 'POST',
      path: `${base}/{snapname}/rollback`,
      permission: need('/vms/{vmid}', 'VM.Snapshot|VM.Snapshot.Rollback'),
      handler: rollback(type),
    },
    {
      method: 'GET',
      path: `${base}/{snapname}/config`,
      permission: need('/vms/{vmid}', 'VM.Snapshot|VM.Snapshot.Rollback|VM.Audit'),
      handler: config(type),
    },
    { method: 'PUT', path: `${base}/{snapname}/config`, permission: may, handler: describe(type) },
  ];
};

export const SNAPSHOT_ROUTES: readonly Route[] = [...familyOf('qemu'), ...familyOf('lxc')];
