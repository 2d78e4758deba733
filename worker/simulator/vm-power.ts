import { type Cluster, findGuest, needQuorum } from './cluster.ts';
import { Failure } from './failure.ts';
import {
  existing,
  findable,
  type GuestAt,
  guestAt,
  switchOff,
  switchOn,
  unlocked,
  withPending,
} from './guest.ts';
import { lockedWork, notRunning, run, running, TAKES } from './power-task.ts';
import { type Answer, type Call, flag } from './route.ts';
import { ramState } from './snapshots.ts';
import { stopTask } from './tasks.ts';
import type { Guest } from './world.ts';

const resumable = (guest: Guest): void => {
  if (guest.conf.lock === 'suspended')
    for (const key of ['lock', 'vmstate', 'runningcpu', 'runningmachine']) delete guest.conf[key];
  unlocked(guest);
};

/** A card on a bridge that the node does not have is accepted by the configuration and stops the start. */
const missingBridge = (cluster: Cluster, guest: Guest): boolean => {
  const bridges = cluster.world.nodes.get(guest.node)?.bridges ?? [];
  return Object.entries(withPending(guest)).some(([key, value]) => {
    const bridge = /^net\d+$/.test(key) ? value.match(/bridge=([^,]+)/)?.[1] : undefined;
    return bridge !== undefined && !bridges.includes(bridge);
  });
};

/** Always 200 and a UPID, even for a missing or running VM: the task fails. Only a lost quorum is refused at once. */
export const startVm = (call: Call): Answer => {
  const at = guestAt(call, 'qemu');
  needQuorum(call.cluster);
  const begin = () => {
    const guest = existing(call.cluster, at);
    resumable(guest);
    notRunning(guest);
    if (guest.conf.template === '1') throw new Failure("you can't start a vm if it's a template");
  };
  const complete = () => {
    const guest = existing(call.cluster, at);
    if (missingBridge(call.cluster, guest)) throw new Failure('start failed: QEMU exited with code 1');
    switchOn(guest, call.cluster.now());
  };
  return run(call, 'qemu', {
    task: 'qmstart',
    work: lockedWork(call, 'qemu', { takes: TAKES.start, begin, complete }),
  });
};

/** Ends the shutdown tasks of a guest, as `overrule-shutdown` does; answers their UPIDs. */
const overruleShutdown = (cluster: Cluster, at: GuestAt): string[] => {
  const running = cluster.world.tasks.filter(
    (task) => task.end === undefined && task.type === 'qmshutdown' && task.id === String(at.vmid),
  );
  for (const task of running) stopTask(cluster, task);
  return running.map((task) => task.upid);
};

/** A locked VM can be stopped; `overrule-shutdown` first ends a waiting shutdown. */
export const stopVm = (call: Call): Answer => {
  const at = guestAt(call, 'qemu');
  const work = {
    takes: TAKES.stop,
    begin: () => void findable(call.cluster, at),
    complete: () => switchOff(findable(call.cluster, at)),
  };
  const overruled = flag(call, 'overrule-shutdown') ? overruleShutdown(call.cluster, at) : [];
  const begin = (task: { log: string[] }) => {
    if (overruled.length > 0) task.log.push(`overruled qmshutdown tasks: ${overruled.join(', ')}`);
    work.begin();
  };
  return run(call, 'qemu', { task: 'qmstop', work: lockedWork(call, 'qemu', { ...work, begin }) });
};

const timeoutMs = (call: Call, fallback: number): number =>
  call.parameters.timeout === undefined ? fallback : Number(call.parameters.timeout) * 1000;

/** How a guest that ignores the request ends: killed when asked for, otherwise a failed task. */
const ignored = (call: Call, guest: Guest, log: string[]): void => {
  if (!flag(call, 'forceStop')) throw new Failure('VM quit/powerdown failed - got timeout');
  log.push('VM still running - terminating now with SIGTERM');
  switchOff(guest);
};

/** A VM that does not obey is waited for until `timeout` (seconds, 180 when left out). */
export const shutdownVm = (call: Call): Answer => {
  const at = guestAt(call, 'qemu');
  const guest = findGuest(call.cluster, at);
  const obeys = guest?.obeys === true || guest?.power.on === false;
  return run(call, 'qemu', {
    task: 'qmshutdown',
    work: lockedWork(call, 'qemu', {
      takes: guest?.power.on === true ? (obeys ? TAKES.shutdown : timeoutMs(call, 180_000)) : 50,
      begin: () => void findable(call.cluster, at),
      complete: (task) => {
        const found = findable(call.cluster, at);
        if (obeys) switchOff(found);
        else ignored(call, found, task.log);
      },
    }),
  });
};

/** A stopped VM is refused at once. */
export const rebootVm = (call: Call): Answer => {
  const guest = findable(call.cluster, guestAt(call, 'qemu'));
  running(guest);
  return run(call, 'qemu', {
    task: 'qmreboot',
    work: lockedWork(call, 'qemu', {
      takes: guest.obeys ? TAKES.reboot : timeoutMs(call, 180_000),
      complete: () => {
        if (!guest.obeys) throw new Failure('VM quit/powerdown failed - got timeout');
        switchOn(guest, call.cluster.now());
      },
    }),
  });
};

const toDisk = (guest: Guest, log: string[], day: string): void => {
  log.push('State saved, quitting');
  switchOff(guest);
  guest.conf = { ...guest.conf, ...ramState(guest, `suspend-${day}`), lock: 'suspended' };
};

/** Pauses, or with `todisk` saves the memory and switches off under the lock "suspended". */
export const suspendVm = (call: Call): Answer => {
  const guest = findable(call.cluster, guestAt(call, 'qemu'));
  running(guest);
  const disk = flag(call, 'todisk');
  return run(call, 'qemu', {
    task: disk ? 'qmsuspend' : 'qmpause',
    work: {
      takes: disk ? 2000 : TAKES.suspend,
      begin: () => unlocked(guest),
      complete: (task) => {
        if (disk) toDisk(guest, task.log, new Date(call.cluster.now()).toISOString().slice(0, 10));
        else if (guest.power.on) guest.power = { ...guest.power, paused: true };
      },
    },
  });
};

/** Goes on after a pause, or starts from the saved memory. */
export const resumeVm = (call: Call): Answer => {
  const guest = findable(call.cluster, guestAt(call, 'qemu'));
  if (guest.conf.lock === 'suspended') return startVm(call);
  running(guest);
  return run(call, 'qemu', {
    task: 'qmresume',
    work: {
      takes: TAKES.resume,
      complete: () => {
        if (guest.power.on) guest.power = { ...guest.power, paused: false };
      },
    },
  });
};

/** A stopped VM is refused at once. */
export const resetVm = (call: Call): Answer => {
  const guest = findable(call.cluster, guestAt(call, 'qemu'));
  running(guest);
  const complete = () => switchOn(guest, call.cluster.now());
  return run(call, 'qemu', { task: 'qmreset', work: { takes: TAKES.reset, complete } });
};
