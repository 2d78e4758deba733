import type { Cluster } from './cluster.ts';
import { disksOf } from './disk.ts';
import { offlineSince } from './faults.ts';
import { isTemplate, nameOf } from './guest.ts';
import type { Guest } from './world.ts';

const MIB = 2 ** 20;
/** pvestatd keeps the last figures of a lost node for about this long; measured between 280 and 294 s. */
const STATUS_KEPT_MS = 285_000;

const memoryBytes = (guest: Guest): number => Number(guest.conf.memory ?? 512) * MIB;

const cpusOf = (guest: Guest): number => Number(guest.conf.cores ?? 1) * Number(guest.conf.sockets ?? 1) || 1;

/** A steady pseudo-load from the id: figures that look alive without being random. */
const share = (guest: Guest): number => (((guest.vmid * 37) % 60) + 20) / 100;

const uptime = (cluster: Cluster, guest: Guest): number =>
  guest.power.on ? Math.max(0, Math.floor((cluster.now() - guest.power.since) / 1000)) : 0;

const figures = (cluster: Cluster, guest: Guest) => {
  const on = guest.power.on ? 1 : 0;
  const seconds = uptime(cluster, guest);
  return {
    vmid: guest.vmid,
    name: nameOf(guest),
    status: guest.power.on ? 'running' : 'stopped',
    uptime: seconds,
    cpu: on * share(guest) * 0.2,
    mem: Math.floor(on * memoryBytes(guest) * share(guest)),
    maxmem: memoryBytes(guest),
    disk: 0,
    maxdisk: disksOf(guest.conf)[0]?.bytes ?? 0,
    netin: seconds * 640,
    netout: seconds * 512,
    ...(guest.conf.tags === undefined ? {} : { tags: guest.conf.tags }),
    ...(guest.conf.lock === undefined ? {} : { lock: guest.conf.lock }),
  };
};

const io = (cluster: Cluster, guest: Guest) => ({
  diskread: uptime(cluster, guest) * 512,
  diskwrite: uptime(cluster, guest) * 1024,
});

const pid = (guest: Guest) => (guest.power.on ? { pid: guest.pid } : {});

const qemuExtras = (guest: Guest) => ({
  ...(guest.conf.serial0 === undefined ? {} : { serial: 1 }),
  ...(isTemplate(guest) ? { template: 1 } : {}),
});

const lxcExtras = (cluster: Cluster, guest: Guest) => ({
  ...io(cluster, guest),
  type: 'lxc',
  swap: 0,
  maxswap: Number(guest.conf.swap ?? 512) * MIB,
});

/** A row of GET /nodes/{node}/qemu or /lxc. */
export const listRow = (cluster: Cluster, guest: Guest) => ({
  ...figures(cluster, guest),
  cpus: cpusOf(guest),
  ...pid(guest),
  ...(guest.type === 'qemu' ? qemuExtras(guest) : lxcExtras(cluster, guest)),
});

const liveVm = (cluster: Cluster, guest: Guest) => ({
  ...io(cluster, guest),
  'running-machine': 'pc-i440fx-9.2+pve1',
  'running-qemu': '9.2.0',
  balloon: memoryBytes(guest),
  ballooninfo: { actual: memoryBytes(guest), max_mem: memoryBytes(guest) },
  blockstat: Object.fromEntries(disksOf(guest.conf).map((disk) => [disk.key, { rd_bytes: 0, wr_bytes: 0 }])),
  'proxmox-support': { 'pbs-dirty-bitmap': true, 'query-bitmap-info': true, 'backup-max-workers': true },
  ...nics(guest),
});

const nics = (guest: Guest) => {
  const keys = Object.keys(guest.conf).filter((key) => /^net\d+$/.test(key));
  if (keys.length === 0) return {};
  const row = (key: string) => [`tap${guest.vmid}i${key.slice(3)}`, { netin: 0, netout: 0 }];
  return { nics: Object.fromEntries(keys.map(row)) };
};

const qmpstatus = (guest: Guest): string =>
  guest.power.on ? (guest.power.paused ? 'paused' : 'running') : 'stopped';

const haState = (cluster: Cluster, guest: Guest) => {
  const sid = `${guest.type === 'qemu' ? 'vm' : 'ct'}:${guest.vmid}`;
  const managed = cluster.world.haResources.find((resource) => resource.sid === sid);
  return { ha: managed === undefined ? { managed: 0 } : { managed: 1, state: managed.state } };
};

const consoleOptions = (guest: Guest) => ({
  ...(guest.conf.vga === undefined ? {} : { clipboard: null }),
  ...(/^(1|enabled=1)/.test(guest.conf.agent ?? '') ? { agent: 1 } : {}),
});

/** A row of GET /nodes/{node}/qemu?full=1. */
export const fullRow = (cluster: Cluster, guest: Guest) => ({
  ...listRow(cluster, guest),
  ...(guest.type === 'qemu' ? { ...io(cluster, guest), qmpstatus: qmpstatus(guest) } : {}),
  ...(guest.type === 'qemu' && guest.power.on ? liveVm(cluster, guest) : {}),
});

/** The answer of status/current. */
export const currentStatus = (cluster: Cluster, guest: Guest) => ({
  ...listRow(cluster, guest),
  ...haState(cluster, guest),
  ...(guest.type === 'qemu' ? { qmpstatus: qmpstatus(guest), ...consoleOptions(guest) } : {}),
  ...(guest.type === 'qemu' && guest.power.on ? liveVm(cluster, guest) : {}),
});

/** Whether the last known status of what was on a lost node has been forgotten. */
export const forgotten = (cluster: Cluster, node: string): boolean => {
  const since = offlineSince(cluster.faults, node);
  return since !== undefined && cluster.now() - since > STATUS_KEPT_MS * cluster.pace;
};

/** A row of GET /cluster/resources. */
export const resourceRow = (cluster: Cluster, guest: Guest) => {
  const pool = [...cluster.world.pools.values()].find((candidate) => candidate.vmids.has(guest.vmid));
  const about = {
    id: `${guest.type}/${guest.vmid}`,
    type: guest.type,
    node: guest.node,
    ...(pool === undefined ? {} : { pool: pool.id }),
  };
  if (forgotten(cluster, guest.node)) return { ...about, vmid: guest.vmid, status: 'unknown' };
  const row = { ...figures(cluster, guest), ...io(cluster, guest), ...about };
  return { ...row, maxcpu: cpusOf(guest), template: isTemplate(guest) ? 1 : 0 };
};
