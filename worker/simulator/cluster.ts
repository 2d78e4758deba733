import { Failure } from './failure.ts';
import { type Faults, hasQuorum } from './faults.ts';
import type { Timers } from './timers.ts';
import type { Guest, GuestType, Storage, World } from './world.ts';

/** What the handlers work on: the world, its faults, its clock, and the timers of running tasks. */
export type Cluster = {
  readonly world: World;
  readonly faults: Faults;
  readonly now: () => number;
  /** Multiplies every duration. */
  readonly pace: number;
  readonly timers: Timers;
  /** The node that answers. */
  readonly local: string;
};

/** Epoch seconds, as Proxmox counts. */
export const seconds = (cluster: Cluster): number => Math.floor(cluster.now() / 1000);

/** The guest of that kind on that node, if its configuration file is there. */
export const findGuest = (
  cluster: Cluster,
  at: { node: string; type: GuestType; vmid: number },
): Guest | undefined => {
  const guest = cluster.world.guests.get(at.vmid);
  return guest !== undefined && guest.node === at.node && guest.type === at.type ? guest : undefined;
};

/** The storage of that id; throws the 500 that Proxmox answers for an unknown one. */
export const storageOf = (cluster: Cluster, id: string): Storage => {
  const storage = cluster.world.storages.get(id);
  if (storage === undefined) throw new Failure(`storage '${id}' does not exist`);
  return storage;
};

/** Throws the text of `PVE::Cluster::check_cfs_quorum`. */
export const needQuorum = (cluster: Cluster): void => {
  if (!hasQuorum(cluster.faults)) throw new Failure('cluster not ready - no quorum?');
};

/** Throws the text of a failed write under /etc/pve. */
export const needWritable = (cluster: Cluster, path: string): void => {
  if (!hasQuorum(cluster.faults))
    throw new Failure(`unable to open file '/etc/pve/${path}.tmp.5843' - Permission denied`);
};
