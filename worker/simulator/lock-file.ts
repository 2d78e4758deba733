import type { Cluster } from './cluster.ts';
import type { GuestType, Task } from './world.ts';

/**
 * The lock file of one guest, `/var/lock/qemu-server/lock-101.conf`: a task that needs it waits up to ten
 * seconds for the one that holds it, then fails.
 */
export type LockFile = { readonly world: object; readonly vmid: number; readonly path: string };

const WAIT_MS = 10_000;

type Waiter = { readonly task: Task; readonly go: () => void; readonly cancel: () => void };
type State = { holder: Task | undefined; readonly waiters: Waiter[] };

const STATES = new WeakMap<object, Map<number, State>>();

const stateOf = (lock: LockFile): State => {
  const byGuest = STATES.get(lock.world) ?? new Map<number, State>();
  STATES.set(lock.world, byGuest);
  const state = byGuest.get(lock.vmid) ?? { holder: undefined, waiters: [] };
  byGuest.set(lock.vmid, state);
  return state;
};

export const lockFileOf = (cluster: Cluster, at: { type: GuestType; vmid: number }): LockFile => ({
  world: cluster.world,
  vmid: at.vmid,
  path:
    at.type === 'qemu'
      ? `/var/lock/qemu-server/lock-${at.vmid}.conf`
      : `/run/lock/lxc/pve-config-${at.vmid}.lock`,
});

/** Calls `then.go` as soon as the task holds the lock, `then.expired` when ten seconds were not enough. */
export const acquire = (
  cluster: Cluster,
  want: { lock: LockFile; task: Task },
  then: { go: () => void; expired: () => void },
): void => {
  const state = stateOf(want.lock);
  if (state.holder === undefined) {
    state.holder = want.task;
    then.go();
    return;
  }
  const cancel = cluster.timers.after(WAIT_MS * cluster.pace, () => {
    const at = state.waiters.findIndex((waiter) => waiter.task === want.task);
    if (at >= 0) state.waiters.splice(at, 1);
    then.expired();
  });
  state.waiters.push({ task: want.task, go: then.go, cancel });
};

/** Gives the lock to the next that waits. */
export const release = (lock: LockFile, task: Task): void => {
  const state = stateOf(lock);
  const waiting = state.waiters.findIndex((waiter) => waiter.task === task);
  if (waiting >= 0) state.waiters.splice(waiting, 1)[0]?.cancel();
  if (state.holder !== task) return;
  const next = state.waiters.shift();
  state.holder = next?.task;
  next?.cancel();
  next?.go();
};
