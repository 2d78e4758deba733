import { type Cluster, needWritable, seconds } from './cluster.ts';
import { confPath, digestOf } from './conf.ts';
import { typedConf } from './config-view.ts';
import { disksOf } from './disk.ts';
import { Failure } from './failure.ts';
import { switchOff, switchOn, unlocked } from './guest.ts';
import type { Conf, Guest, Snapshot } from './world.ts';

/** The snapshot, or the failure that a task ends with. */
export const snapshotOf = (guest: Guest, name: string): Snapshot => {
  const found = guest.snapshots.find((snapshot) => snapshot.name === name);
  if (found === undefined) throw new Failure(`snapshot '${name}' does not exist`);
  return found;
};

const supported = (cluster: Cluster, guest: Guest): void => {
  const able = disksOf(guest.conf).every((disk) => {
    const storage = cluster.world.storages.get(disk.storage);
    return storage?.snapshots === true || disk.volume.endsWith('.qcow2');
  });
  if (!able) throw new Failure('snapshot feature is not available');
};

/** The first half of a snapshot: checks, then the lock that others meet. */
export const beginSnapshot = (cluster: Cluster, guest: Guest, name: string): void => {
  unlocked(guest);
  if (guest.snapshots.some((snapshot) => snapshot.name === name))
    throw new Failure(`snapshot name '${name}' already used`);
  supported(cluster, guest);
  needWritable(cluster, confPath(guest.node, guest.type, guest.vmid));
  guest.conf.lock = 'snapshot';
};

/** What a configuration says of the memory saved with it; the volume is on the first disk's storage. */
export const ramState = (guest: Guest, name: string): Conf => ({
  runningcpu: guest.conf.cpu ?? 'kvm64',
  runningmachine: 'pc-i440fx-9.2+pve1',
  vmstate: `${disksOf(guest.conf)[0]?.storage ?? 'local'}:${guest.vmid}/vm-${guest.vmid}-state-${name}.raw`,
});

/** The second half: the state as it is now under that name. */
export const takeSnapshot = (
  cluster: Cluster,
  guest: Guest,
  wish: { name: string; description: string; ram: boolean },
): void => {
  const { lock: _, parent, description: _live, ...conf } = guest.conf;
  guest.snapshots.push({
    name: wish.name,
    conf: {
      ...conf,
      description: wish.description,
      ...(wish.ram && guest.power.on ? ramState(guest, wish.name) : {}),
    },
    snaptime: seconds(cluster),
    withRam: wish.ram && guest.power.on,
    ...(parent === undefined ? {} : { parent }),
  });
  guest.conf.parent = wish.name;
};

/** Children and the configuration move up to the parent of what is deleted. */
export const deleteSnapshot = (guest: Guest, name: string): void => {
  const gone = snapshotOf(guest, name);
  guest.snapshots = guest.snapshots.filter((snapshot) => snapshot !== gone);
  for (const snapshot of guest.snapshots) if (snapshot.parent === name) reparent(snapshot, gone.parent);
  if (guest.conf.parent !== name) return;
  if (gone.parent === undefined) delete guest.conf.parent;
  else guest.conf.parent = gone.parent;
};

const reparent = (snapshot: Snapshot, parent: string | undefined): void => {
  if (parent === undefined) delete snapshot.parent;
  else snapshot.parent = parent;
};

/** Back to the snapshot: with RAM the guest runs afterwards, without it is stopped unless `start`. */
export const rollBack = (cluster: Cluster, guest: Guest, wish: { name: string; start: boolean }): void => {
  const snapshot = snapshotOf(guest, wish.name);
  const {
    description: _,
    runningcpu: _cpu,
    runningmachine: _machine,
    vmstate: _ram,
    ...conf
  } = snapshot.conf;
  switchOff(guest);
  const kept = guest.conf.description;
  guest.conf = { ...conf, parent: wish.name, ...(kept === undefined ? {} : { description: kept }) };
  if (snapshot.withRam || wish.start) switchOn(guest, cluster.now());
};

const listed = (guest: Guest, snapshot: Snapshot) => ({
  name: snapshot.name,
  description: describe(guest, snapshot),
  snaptime: snapshot.snaptime,
  ...(snapshot.parent === undefined ? {} : { parent: snapshot.parent }),
  ...(guest.type === 'qemu' ? { vmstate: snapshot.withRam ? 1 : 0 } : {}),
});

/** A container's comes back with the newline that its file format leaves at the end. */
const describe = (guest: Guest, snapshot: Snapshot): string => {
  const text = snapshot.conf.description ?? '';
  return guest.type === 'lxc' && text !== '' ? `${text}\n` : text;
};

/** The configuration that a snapshot keeps. */
export const snapshotConfig = (guest: Guest, name: string) => {
  const { conf, parent, snaptime } = snapshotOf(guest, name);
  return { ...typedConf(guest.type, { ...conf, ...(parent === undefined ? {} : { parent }) }), snaptime };
};

/** GET snapshot: all of them, and the pseudo entry `current` that carries the digest. */
export const snapshotList = (guest: Guest) => [
  ...guest.snapshots.map((snapshot) => listed(guest, snapshot)),
  {
    name: 'current',
    description: 'You are here!',
    digest: digestOf(guest),
    running: guest.power.on ? 1 : 0,
    ...(guest.conf.parent === undefined ? {} : { parent: guest.conf.parent }),
  },
];
