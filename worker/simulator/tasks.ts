import type { Cluster } from './cluster.ts';
import { Failure } from './failure.ts';
import { taskFault } from './faults.ts';
import { acquire, type LockFile, release } from './lock-file.ts';
import type { Identity } from './rights.ts';
import type { Task } from './world.ts';

/** What a task does. Its parts run when their time has come; a thrown Failure is the exit status. */
export type Work = {
  /** Milliseconds before `complete`, at pace 1. */
  readonly takes: number;
  /** Runs at the start: checks, locks, first log lines. */
  readonly begin?: (task: Task) => void;
  /** Runs at the end: the change itself. */
  readonly complete?: (task: Task) => void;
  /** Runs however the task ends: unlocks. */
  readonly cleanup?: () => void;
  /** Exit status after DELETE of the task. */
  readonly interrupted?: string;
  /** The guest's lock file, held from before `begin` to the end. */
  readonly lock?: LockFile;
};

type Running = { readonly cancel: () => void; readonly work: Work };

const RUNNING = new WeakMap<Task, Running>();

const hex = (number: number, width: number): string => number.toString(16).toUpperCase().padStart(width, '0');

let lastPid = 2000;
const nextPid = (): number => {
  lastPid = lastPid >= 4_000_000 ? 2000 : lastPid + 1;
  return lastPid;
};

const createTask = (
  cluster: Cluster,
  who: Identity,
  at: { node: string; type: string; id: string },
): Task => {
  const pid = nextPid();
  const booted = cluster.world.nodes.get(at.node)?.bootedAt ?? 0;
  const startedAt = cluster.now();
  const pstart = Math.max(0, Math.floor((startedAt - booted) / 10)) % 0x1_0000_0000;
  const owner = who.tokenid ?? who.userid;
  const stamp = `${hex(pid, 8)}:${hex(pstart, 8)}:${hex(Math.floor(startedAt / 1000), 8)}`;
  return {
    ...at,
    pid,
    pstart,
    startedAt,
    upid: `UPID:${at.node}:${stamp}:${at.type}:${at.id}:${owner}:`,
    user: who.userid,
    ...(who.tokenid === undefined ? {} : { tokenid: who.tokenid.split('!')[1] ?? '' }),
    log: [],
  };
};

const lastLine = (exitstatus: string): string =>
  exitstatus === 'OK'
    ? 'TASK OK'
    : exitstatus.startsWith('WARNINGS:')
      ? `TASK ${exitstatus}`
      : `TASK ERROR: ${exitstatus}`;

const finish = (cluster: Cluster, task: Task, exitstatus: string): void => {
  if (task.end !== undefined) return;
  const work = RUNNING.get(task)?.work;
  RUNNING.delete(task);
  work?.cleanup?.();
  task.log.push(...lastLine(exitstatus).split('\n'));
  task.end = { at: cluster.now(), exitstatus: exitstatus.replaceAll('\n', ' ') };
  if (work?.lock !== undefined) release(work.lock, task);
};

/** Runs a part of the work; a Failure becomes the exit status, anything else is a defect and surfaces. */
const attempt = (cluster: Cluster, task: Task, part: () => void): boolean => {
  try {
    part();
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    finish(cluster, task, error.message);
    return false;
  }
};

const complete = (cluster: Cluster, task: Task, work: Work): void => {
  if (attempt(cluster, task, () => work.complete?.(task))) finish(cluster, task, 'OK');
};

/** The task has what it needs: its start, and a timer for its end unless it is to hang. */
const proceed = (cluster: Cluster, task: Task, work: Work): void => {
  const started = attempt(cluster, task, () => work.begin?.(task));
  if (!started || taskFault(cluster.faults, task) === 'hangs') return;
  const cancel = cluster.timers.after(work.takes * cluster.pace, () => complete(cluster, task, work));
  RUNNING.set(task, { work, cancel });
};

const lockFirst = (cluster: Cluster, task: Task, work: Work): void => {
  if (work.lock === undefined) return proceed(cluster, task, work);
  const path = work.lock.path;
  acquire(
    cluster,
    { lock: work.lock, task },
    {
      go: () => proceed(cluster, task, work),
      expired: () => finish(cluster, task, `can't lock file '${path}' - got timeout`),
    },
  );
};

/** Starts a task and answers its UPID at once, as Proxmox does; success or failure is in the task. */
export const startTask = (
  cluster: Cluster,
  who: Identity,
  job: { node: string; type: string; id: string; work: Work },
): string => {
  const task = createTask(cluster, who, { node: job.node, type: job.type, id: job.id });
  cluster.world.tasks.unshift(task);
  RUNNING.set(task, { work: job.work, cancel: () => undefined });
  const fault = taskFault(cluster.faults, task);
  if (fault !== undefined && fault !== 'hangs') finish(cluster, task, fault.fails);
  else lockFirst(cluster, task, job.work);
  return task.upid;
};

/** What DELETE of a task does: a running one ends as interrupted, an ended one stays as it is. */
export const stopTask = (cluster: Cluster, task: Task): void => {
  const running = RUNNING.get(task);
  running?.cancel();
  finish(cluster, task, running?.work.interrupted ?? 'received interrupt');
};
