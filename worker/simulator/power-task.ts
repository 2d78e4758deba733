import { Failure } from './failure.ts';
import { guestAt } from './guest.ts';
import { guestLock } from './lock-file.ts';
import type { Answer, Call } from './route.ts';
import { startTask, type Work } from './tasks.ts';
import type { Guest, GuestType } from './world.ts';

type Verb = 'start' | 'stop' | 'shutdown' | 'reboot' | 'suspend' | 'resume' | 'reset';

/** Milliseconds, about what an idle host takes. */
export const TAKES: Record<Verb, number> = {
  start: 1200,
  stop: 900,
  shutdown: 3000,
  reboot: 4000,
  suspend: 300,
  resume: 200,
  reset: 200,
};

/** Throws the text for a guest that is off. */
export const running = (guest: Guest): void => {
  if (!guest.power.on) throw new Failure(`${guest.type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} not running`);
};

/** Throws the text for a guest that is on already. */
export const notRunning = (guest: Guest): void => {
  if (guest.power.on)
    throw new Failure(`${guest.type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} already running`);
};

/** Starts the task of that type for the guest in the path. */
export const run = (call: Call, type: GuestType, job: { task: string; work: Work }): Answer => {
  const at = guestAt(call, type);
  const id = String(at.vmid);
  return { data: startTask(call.cluster, call.who, { node: at.node, type: job.task, id, work: job.work }) };
};

/** Tasks that hold the guest's lock file: the next one waits for it. */
export const lockedWork = (call: Call, type: GuestType, work: Work): Work => ({
  ...work,
  lock: guestLock(call.cluster, guestAt(call, type)),
});
