import { findGuest, needQuorum } from './cluster.ts';
import { Failure } from './failure.ts';
import { existing, guestAt, switchOff, switchOn, unlocked } from './guest.ts';
import { lockedWork, notRunning, run, TAKES } from './power-task.ts';
import { type Answer, type Call, required } from './route.ts';
import type { Guest } from './world.ts';

/** A running container is refused at once, unlike a running VM. */
export const startCt = (call: Call): Answer => {
  const at = guestAt(call, 'lxc');
  const guest = findGuest(call.cluster, at);
  if (guest !== undefined) notRunning(guest);
  needQuorum(call.cluster);
  const begin = () => {
    unlocked(existing(call.cluster, at));
    if (guest?.conf.template === '1') throw new Failure("you can't start a CT if it's a template");
  };
  const complete = () => switchOn(existing(call.cluster, at), call.cluster.now());
  return run(call, 'lxc', {
    task: 'vzstart',
    work: lockedWork(call, 'lxc', { takes: TAKES.start, begin, complete }),
  });
};

const missingOrOff = (call: Call): Guest => {
  const at = guestAt(call, 'lxc');
  const guest = findGuest(call.cluster, at);
  if (guest === undefined || !guest.power.on) throw new Failure(`CT ${at.vmid} not running`);
  return guest;
};

/** A stopped or missing container is refused at once. */
const switchingOff =
  (task: string, takes: number) =>
  (call: Call): Answer => {
    const guest = missingOrOff(call);
    const complete = () => switchOff(guest);
    const begin = () => unlocked(guest);
    return run(call, 'lxc', { task, work: lockedWork(call, 'lxc', { takes, begin, complete }) });
  };

export const stopCt = switchingOff('vzstop', TAKES.stop);

/** Containers always obey, so this differs from a stop in its time only. */
export const shutdownCt = switchingOff('vzshutdown', TAKES.shutdown);

/** A missing container is "VM … not running" here, as on a real node. */
export const rebootCt = (call: Call): Answer => {
  const at = guestAt(call, 'lxc');
  const guest = findGuest(call.cluster, at);
  if (guest === undefined || !guest.power.on) throw new Failure(`VM ${at.vmid} not running`);
  return run(call, 'lxc', {
    task: 'vzreboot',
    work: lockedWork(call, 'lxc', { takes: TAKES.reboot, complete: () => rebooted(call, guest) }),
  });
};

/** Without quorum a container's reboot stops it and then fails: it stays down. */
const rebooted = (call: Call, guest: Guest): void => {
  switchOff(guest);
  try {
    needQuorum(call.cluster);
  } catch (cause) {
    throw new Failure(`startup for container '${guest.vmid}' failed`, 500, undefined, { cause });
  }
  switchOn(guest, call.cluster.now());
};

const checkpoint = (call: Call, task: string, arguments_: string): Answer => {
  const command = `lxc-checkpoint -n ${required(call, 'vmid')} ${arguments_} -D /var/lib/vz/dump`;
  const begin = () => {
    throw new Failure(`command '${command}' failed: exit code 1`);
  };
  return run(call, 'lxc', { task, work: { takes: 0, begin } });
};

/** Checkpointing is not there: the task fails with the text of lxc-checkpoint. */
export const suspendCt = (call: Call): Answer => {
  missingOrOff(call);
  return checkpoint(call, 'vzsuspend', '-s');
};

/** The counterpart of suspend, with the same lack. */
export const resumeCt = (call: Call): Answer => {
  const guest = findGuest(call.cluster, guestAt(call, 'lxc'));
  if (guest !== undefined) notRunning(guest);
  return checkpoint(call, 'vzresume', '-r --foreground');
};
