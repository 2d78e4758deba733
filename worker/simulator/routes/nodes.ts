import { nodeRow } from '../cluster-rows.ts';
import { Failure } from '../failure.ts';
import { fullRow, listRow } from '../guest-rows.ts';
import { type Answer, anyone, type Call, either, flag, holds, need, type Route, required } from '../route.ts';
import { startTask } from '../tasks.ts';
import type { Guest, GuestType, Service, WorldNode } from '../world.ts';

const nodeOf = (call: Call): WorldNode => {
  const node = call.cluster.world.nodes.get(required(call, 'node'));
  if (node === undefined) throw new Failure(`no such node '${required(call, 'node')}'`);
  return node;
};

const nodes = (call: Call): Answer => ({
  data: [...call.cluster.world.nodes.values()].map((node) => ({
    ...nodeRow(call.cluster, node, holds(call, `/nodes/${node.name}`, 'Sys.Audit')),
    ssl_fingerprint: `${'AB:'.repeat(31)}${String(node.nodeid).padStart(2, '0')}`,
  })),
});

const used = (total: number, share: number) => {
  const bytes = Math.floor(total * share);
  return { total, used: bytes, free: total - bytes };
};

const KERNEL = {
  sysname: 'Linux',
  release: '6.8.12-15-pve',
  version: '#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-15',
  machine: 'x86_64',
};

const cpuInfo = (node: WorldNode) => ({
  sockets: 1,
  cores: node.cpus,
  cpus: node.cpus,
  model: 'AMD EPYC',
  mhz: '2596.122',
  user_hz: 100,
  hvm: '1',
  flags: 'fpu vme svm',
});

const status = (call: Call): Answer => {
  const node = nodeOf(call);
  const root = used(node.diskBytes, 0.2);
  const data = {
    uptime: Math.floor((call.cluster.now() - node.bootedAt) / 1000),
    cpu: 0.06,
    wait: 0,
    idle: 0,
    ksm: { shared: 0 },
    loadavg: ['0.28', '0.51', '0.91'],
    memory: used(node.memoryBytes, 0.4),
    swap: { total: 0, used: 0, free: 0 },
    rootfs: { ...root, avail: root.free },
    cpuinfo: cpuInfo(node),
    pveversion: 'pve-manager/8.4.21/2606ac85',
    kversion: `${KERNEL.sysname} ${KERNEL.release} ${KERNEL.version}`,
    'current-kernel': KERNEL,
    'boot-info': { mode: 'legacy-bios' },
  };
  return { data };
};

const guestList =
  (type: GuestType) =>
  (call: Call): Answer => ({
    data: [...call.cluster.world.guests.values()]
      .filter((guest) => guest.type === type && guest.node === required(call, 'node'))
      .filter((guest) => holds(call, `/vms/${guest.vmid}`, 'VM.Audit'))
      .map((guest) => (flag(call, 'full') ? fullRow : listRow)(call.cluster, guest)),
  });

const serviceRow = (service: Service) => ({
  service: service.name,
  name: service.name,
  desc: service.desc,
  state: service.state,
  'active-state': service.activeState,
  'unit-state': service.unitState,
});

const serviceOf = (call: Call): Service => {
  const service = nodeOf(call).services.get(required(call, 'service'));
  if (service === undefined) throw new Failure(`no such service '${required(call, 'service')}'`);
  return service;
};

/** Milliseconds a restart takes. */
const RESTART_MS = 1500;

const restart = (call: Call): Answer => {
  const service = serviceOf(call);
  const work = {
    takes: RESTART_MS,
    begin: () => {
      service.state = 'stop-sigterm';
      service.activeState = 'deactivating';
    },
    cleanup: () => {
      service.state = 'running';
      service.activeState = 'active';
    },
  };
  const job = { node: required(call, 'node'), type: 'srvrestart', id: service.name, work };
  return { data: startTask(call.cluster, call.who, job) };
};

/** Milliseconds until a node that was told to reboot is up again. */
const REBOOT_MS = 8000;

const restarted = (call: Call, { conf }: Guest): Guest['power'] =>
  conf['onboot'] === '1' ? { on: true, since: call.cluster.now(), paused: false } : { on: false };

/** [code: pve-manager API2/Nodes.pm node_cmd] systemctl is told and the answer is null; guests are shut down on the way. */
const command = (call: Call): Answer => {
  const node = nodeOf(call);
  const reboots = required(call, 'command') === 'reboot';
  call.cluster.timers.after(REBOOT_MS * call.cluster.pace, () => {
    for (const guest of call.cluster.world.guests.values())
      if (guest.node === node.name && guest.power.on)
        guest.power = reboots ? restarted(call, guest) : { on: false };
    node.bootedAt = call.cluster.now();
  });
  return { data: null };
};

const disks = (call: Call): Answer => ({
  data: nodeOf(call).disks.map((disk) => ({
    ...disk,
    gpt: 1,
    mounted: 1,
    osdid: -1,
    'osdid-list': null,
    wearout: 98,
  })),
});

const AUDIT = need('/nodes/{node}', 'Sys.Audit');
const SERVICES = '/nodes/{node}/services';

export const NODE_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/nodes', permission: anyone, handler: nodes },
  { method: 'GET', path: '/nodes/{node}/status', permission: AUDIT, handler: status },
  {
    method: 'POST',
    path: '/nodes/{node}/status',
    permission: need('/nodes/{node}', 'Sys.PowerMgmt'),
    handler: command,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/version',
    permission: anyone,
    handler: () => ({ data: { version: '8.4.21', release: '8.4', repoid: '2606ac85' } }),
  },
  { method: 'GET', path: '/nodes/{node}/qemu', permission: anyone, handler: guestList('qemu') },
  { method: 'GET', path: '/nodes/{node}/lxc', permission: anyone, handler: guestList('lxc') },
  {
    method: 'GET',
    path: SERVICES,
    permission: AUDIT,
    handler: (call) => ({ data: [...nodeOf(call).services.values()].map(serviceRow) }),
  },
  {
    method: 'GET',
    path: `${SERVICES}/{service}/state`,
    permission: AUDIT,
    handler: (call) => ({ data: serviceRow(serviceOf(call)) }),
  },
  {
    method: 'POST',
    path: `${SERVICES}/{service}/restart`,
    permission: need('/nodes/{node}', 'Sys.Modify'),
    handler: restart,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/disks/list',
    permission: either(need('/', 'Sys.Audit'), AUDIT),
    handler: disks,
  },
];
