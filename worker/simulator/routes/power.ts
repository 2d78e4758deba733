import { type Cluster, findGuest, needQuorum } from '../cluster.ts';
import { Failure } from '../failure.ts';
import {
  existing,
  findable,
  type GuestAt,
  guestAt,
  switchOff,
  switchOn,
  unlocked,
  withPending,
} from '../guest.ts';
import { currentStatus } from '../guest-rows.ts';
import { guestLock } from '../lock-file.ts';
import { type Answer, anyone, type Call, flag, type Method, need, type Route, required } from '../route.ts';
import { ramState } from '../snapshots.ts';
import { startTask, stopTask, type Work } from '../tasks.ts';
import type { Guest, GuestType } from '../world.ts';

type Verb = 'start' | 'stop' | 'shutdown' | 'reboot' | 'suspend' | 'resume' | 'reset';

/** Milliseconds, about what an idle host takes. */
const TAKES: Record<Verb, number> = {
  start: 1200,
  stop: 900,
  shutdown: 3000,
  reboot: 4000,
  suspend: 300,
  resume: 200,
  reset: 200,
};

const running = (guest: Guest): void => {
  if (!guest.power.on) throw new Failure(`${guest.type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} not running`);
};

const notRunning = (guest: Guest): void => {
  if (guest.power.on)
    throw new Failure(`${guest.type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} already running`);
};

const run = (call: Call, type: GuestType, job: { task: string; work: Work }): Answer => {
  const at = guestAt(call, type);
  const id = String(at.vmid);
  return { data: startTask(call.cluster, call.who, { node: at.node, type: job.task, id, work: job.work }) };
};

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

const startVm = (call: Call): Answer => {
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

const startCt = (call: Call): Answer => {
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

/** Tasks that hold the guest's lock file: the next one waits for it. */
const lockedWork = (call: Call, type: GuestType, work: Work): Work => ({
  ...work,
  lock: guestLock(call.cluster, guestAt(call, type)),
});

/** Ends the shutdown tasks of a guest, as `overrule-shutdown` does; answers their UPIDs. */
const overruleShutdown = (cluster: Cluster, at: GuestAt): string[] => {
  const running = cluster.world.tasks.filter(
    (task) => task.end === undefined && task.type === 'qmshutdown' && task.id === String(at.vmid),
  );
  for (const task of running) stopTask(cluster, task);
  return running.map((task) => task.upid);
};

const stopVm = (call: Call): Answer => {
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

const missingOrOff = (call: Call): Guest => {
  const at = guestAt(call, 'lxc');
  const guest = findGuest(call.cluster, at);
  if (guest === undefined || !guest.power.on) throw new Failure(`CT ${at.vmid} not running`);
  return guest;
};

const stopCt = (call: Call): Answer => {
  const guest = missingOrOff(call);
  const complete = () => switchOff(guest);
  const begin = () => unlocked(guest);
  return run(call, 'lxc', {
    task: 'vzstop',
    work: lockedWork(call, 'lxc', { takes: TAKES.stop, begin, complete }),
  });
};

const timeoutMs = (call: Call, fallback: number): number =>
  call.parameters.timeout === undefined ? fallback : Number(call.parameters.timeout) * 1000;

/** How a guest that ignores the request ends: killed when asked for, otherwise a failed task. */
const ignored = (call: Call, guest: Guest, log: string[]): void => {
  if (!flag(call, 'forceStop')) throw new Failure('VM quit/powerdown failed - got timeout');
  log.push('VM still running - terminating now with SIGTERM');
  switchOff(guest);
};

const shutdownVm = (call: Call): Answer => {
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

const shutdownCt = (call: Call): Answer => {
  const guest = missingOrOff(call);
  const complete = () => switchOff(guest);
  const begin = () => unlocked(guest);
  return run(call, 'lxc', {
    task: 'vzshutdown',
    work: lockedWork(call, 'lxc', { takes: TAKES.shutdown, begin, complete }),
  });
};

const rebootVm = (call: Call): Answer => {
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

const rebootCt = (call: Call): Answer => {
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

const toDisk = (guest: Guest, log: string[], day: string): void => {
  log.push('State saved, quitting');
  switchOff(guest);
  guest.conf = { ...guest.conf, ...ramState(guest, `suspend-${day}`), lock: 'suspended' };
};

const suspendVm = (call: Call): Answer => {
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

const resumeVm = (call: Call): Answer => {
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

const resetVm = (call: Call): Answer => {
  const guest = findable(call.cluster, guestAt(call, 'qemu'));
  running(guest);
  const complete = () => switchOn(guest, call.cluster.now());
  return run(call, 'qemu', { task: 'qmreset', work: { takes: TAKES.reset, complete } });
};

const checkpoint = (call: Call, task: string, arguments_: string): Answer => {
  const command = `lxc-checkpoint -n ${required(call, 'vmid')} ${arguments_} -D /var/lib/vz/dump`;
  const begin = () => {
    throw new Failure(`command '${command}' failed: exit code 1`);
  };
  return run(call, 'lxc', { task, work: { takes: 0, begin } });
};

const suspendCt = (call: Call): Answer => {
  missingOrOff(call);
  return checkpoint(call, 'vzsuspend', '-s');
};

const resumeCt = (call: Call): Answer => {
  const guest = findGuest(call.cluster, guestAt(call, 'lxc'));
  if (guest !== undefined) notRunning(guest);
  return checkpoint(call, 'vzresume', '-r --foreground');
};

const row = (method: Method, type: GuestType, verb: string, handler: Route['handler']): Route => ({
  method,
  path: `/nodes/{node}/${type}/{vmid}/status/${verb}`,
  permission: need('/vms/{vmid}', method === 'GET' ? 'VM.Audit' : 'VM.PowerMgmt'),
  handler,
});

const current =
  (type: GuestType) =>
  (call: Call): Answer => ({
    data: currentStatus(call.cluster, existing(call.cluster, guestAt(call, type))),
  });

const subdirectories =
  (...names: string[]) =>
  (): Answer => ({ data: names.map((subdir) => ({ subdir })) });

export const POWER_ROUTES: readonly Route[] = [
  row('GET', 'qemu', 'current', current('qemu')),
  row('GET', 'lxc', 'current', current('lxc')),
  row('POST', 'qemu', 'start', startVm),
  row('POST', 'qemu', 'stop', stopVm),
  row('POST', 'qemu', 'shutdown', shutdownVm),
  row('POST', 'qemu', 'reboot', rebootVm),
  row('POST', 'qemu', 'suspend', suspendVm),
  row('POST', 'qemu', 'resume', resumeVm),
  row('POST', 'qemu', 'reset', resetVm),
  row('POST', 'lxc', 'start', startCt),
  row('POST', 'lxc', 'stop', stopCt),
  row('POST', 'lxc', 'shutdown', shutdownCt),
  row('POST', 'lxc', 'reboot', rebootCt),
  row('POST', 'lxc', 'suspend', suspendCt),
  row('POST', 'lxc', 'resume', resumeCt),
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/status',
    permission: anyone,
    handler: subdirectories('current', 'start', 'stop', 'reset', 'shutdown', 'suspend', 'reboot'),
  },
];
