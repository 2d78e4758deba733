import type { Cluster } from './cluster.ts';
import type { GuestType, Task } from './world.ts';

/** A lock file on a node: a task that needs it waits for the one that holds it, up to `waitMs`, then fails. */
export type LockFile = {
  readonly world: object;
  readonly path: string;
  readonly waitMs: number;
  /** Log lines before and after the wait. */
  readonly says?: readonly [string, string];
};

type Waiter = { readonly task: Task; readonly go: () => void; readonly cancel: () => void };
type State = { holder: Task | undefined; readonly waiters: Waiter[] };

const STATES = new WeakMap<object, Map<string, State>>();

const stateOf = (lock: LockFile): State => {
  const byPath = STATES.get(lock.world) ?? new Map<string, State>();
  STATES.set(lock.world, byPath);
  const state = byPath.get(lock.path) ?? { holder: undefined, waiters: [] };
  byPath.set(lock.path, state);
  return state;
};

/** The lock of one guest, waited for ten seconds. */
export const guestLock = (cluster: Cluster, at: { type: GuestType; vmid: number }): LockFile => ({
  world: cluster.world,
  waitMs: 10_000,
  path:
    at.type === 'qemu'
      ? `/var/lock/qemu-server/lock-${at.vmid}.conf`
      : `/run/lock/lxc/pve-config-${at.vmid}.lock`,
});

/** The lock that lets one vzdump run on a node at a time, waited for three hours. */
export const vzdumpLock = (cluster: Cluster, node: string): LockFile => ({
  world: cluster.world,
  waitMs: 10_800_000,
  path: `/var/run/vzdump.lock on ${node}`,
  says: ['INFO: trying to get global lock - waiting...', 'INFO: got global lock'],
});

/** Calls `then.go` as soon as the task holds the lock, `then.expired` when the wait was too long. */
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
  const [waiting, got] = want.lock.says ?? [];
  if (waiting !== undefined) want.task.log.push(waiting);
  const cancel = cluster.timers.after(want.lock.waitMs * cluster.pace, () => {
    const at = state.waiters.findIndex((waiter) => waiter.task === want.task);
    if (at >= 0) state.waiters.splice(at, 1);
    then.expired();
  });
  const go = () => {
    if (got !== undefined) want.task.log.push(got);
    then.go();
  };
  state.waiters.push({ task: want.task, go, cancel });
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
