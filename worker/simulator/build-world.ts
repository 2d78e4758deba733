import { randomUUID } from 'node:crypto';
import { backupFile } from './backups.ts';
import { builtInRoles } from './roles.ts';
import type {
  Backup,
  Conf,
  Guest,
  GuestType,
  Service,
  Storage,
  Task,
  Token,
  World,
  WorldNode,
} from './world.ts';

const GIB = 2 ** 30;

const SERVICES: Record<string, string> = {
  chrony: 'chrony, an NTP client/server',
  corosync: 'Corosync Cluster Engine',
  cron: 'Regular background program processing daemon',
  postfix: 'Postfix Mail Transport Agent (instance -)',
  'pve-cluster': 'The Proxmox VE cluster filesystem',
  'pve-firewall': 'Proxmox VE firewall',
  'pve-ha-crm': 'PVE Cluster HA Resource Manager Daemon',
  'pve-ha-lrm': 'PVE Local HA Resource Manager Daemon',
  pvedaemon: 'PVE API Daemon',
  'pvefw-logger': 'Proxmox VE firewall logger',
  pveproxy: 'PVE API Proxy Server',
  pvescheduler: 'Proxmox VE scheduler',
  pvestatd: 'PVE Status Daemon',
  spiceproxy: 'PVE SPICE Proxy Server',
  sshd: 'OpenBSD Secure Shell server',
  'systemd-journald': 'Journal Service',
};

const serviceOf = ([name, desc]: [string, string]): [string, Service] => [
  name,
  {
    name,
    desc,
    state: 'running',
    activeState: 'active',
    unitState: name === 'systemd-journald' ? 'static' : 'enabled',
  },
];

/** A node with the usual services and one healthy disk. `bootedAt` in epoch milliseconds. */
export const buildNode = (name: string, nodeid: number, bootedAt: number): WorldNode => ({
  name,
  nodeid,
  ip: `192.0.2.${9 + nodeid}`,
  cpus: 16,
  memoryBytes: 64 * GIB,
  diskBytes: 256 * GIB,
  bootedAt,
  services: new Map(Object.entries(SERVICES).map(serviceOf)),
  bridges: ['vmbr0'],
  disks: [
    {
      devpath: '/dev/nvme0n1',
      model: 'Example NVMe',
      serial: `SIM${nodeid}`,
      size: 512 * GIB,
      type: 'nvme',
      health: 'PASSED',
    },
  ],
});

/** A storage with sensible defaults; 2 TiB, a quarter used. */
export const buildStorage = (id: string, wish: Partial<Storage> & { plugin: string }): Storage => ({
  id,
  shared: false,
  content: ['images', 'rootdir'],
  snapshots: true,
  inactiveOn: [],
  totalBytes: 2048 * GIB,
  usedBytes: 512 * GIB,
  ...wish,
});

/** A guest; `onSince` in epoch milliseconds makes it running. */
export const buildGuest = (
  type: GuestType,
  at: { vmid: number; node: string },
  wish: { conf: Conf; onSince?: number; obeys?: boolean },
): Guest => ({
  ...at,
  type,
  conf: { ...wish.conf },
  pending: {},
  snapshots: [],
  power: wish.onSince === undefined ? { on: false } : { on: true, since: wish.onSince, paused: false },
  pid: wish.onSince === undefined ? 0 : 1000 + at.vmid,
  obeys: wish.obeys ?? true,
});

/** A backup made at that second. */
export const buildBackup = (
  guest: Guest,
  wish: { storage: string; ctime: number; notes?: string; protected?: boolean; size?: number },
): Backup => ({
  storage: wish.storage,
  node: guest.node,
  vmid: guest.vmid,
  type: guest.type,
  file: backupFile({ type: guest.type, vmid: guest.vmid, at: wish.ctime, compress: 'zstd' }),
  ctime: wish.ctime,
  size: wish.size ?? 3 * GIB,
  protected: wish.protected ?? false,
  ...(wish.notes === undefined ? {} : { notes: wish.notes }),
});

const hex = (number: number, width: number): string => number.toString(16).toUpperCase().padStart(width, '0');

/** A task of the past. Times in epoch milliseconds. */
export const buildTask = (at: {
  node: string;
  type: string;
  id: string;
  user: string;
  startedAt: number;
  endedAt: number;
  exitstatus: string;
  log: readonly string[];
}): Task => {
  const pid = 1000 + (Math.floor(at.startedAt / 1000) % 30_000);
  const stamp = `${hex(pid, 8)}:${hex(pid * 3, 8)}:${hex(Math.floor(at.startedAt / 1000), 8)}`;
  const last = at.exitstatus === 'OK' ? 'TASK OK' : `TASK ERROR: ${at.exitstatus}`;
  return {
    upid: `UPID:${at.node}:${stamp}:${at.type}:${at.id}:${at.user}:`,
    node: at.node,
    pid,
    pstart: pid * 3,
    startedAt: at.startedAt,
    type: at.type,
    id: at.id,
    user: at.user,
    log: [...at.log, last],
    end: { at: at.endedAt, exitstatus: at.exitstatus },
  };
};

/** A world with nothing in it but root@pam and the built-in roles. */
export const buildWorld = (name: string, tokens: { reader: string; actor: string }): World => ({
  cluster: { name, version: 3 },
  nodes: new Map(),
  guests: new Map(),
  storages: new Map(),
  backups: [],
  jobs: new Map(),
  pools: new Map(),
  haResources: [],
  registeredTags: [],
  tasks: [],
  access: {
    users: new Map([['root@pam', { userid: 'root@pam', enable: true, expire: 0 }]]),
    groups: new Map(),
    roles: builtInRoles(),
    tokens: new Map(),
    acl: [],
  },
  ...tokens,
});

/** Adds a token; a random secret unless one is given. Answers the value of the Authorization header. */
export const addToken = (world: World, id: string, wish: Partial<Token> = {}): string => {
  const [userid = '', tokenid = ''] = id.split('!');
  const secret = wish.secret ?? randomUUID();
  world.access.tokens.set(id, { userid, tokenid, privsep: true, expire: 0, ...wish, secret });
  return `PVEAPIToken=${id}=${secret}`;
};

/** Gives a user or token a role at a path, propagating. */
export const grant = (world: World, ugid: string, at: { path: string; roleid: string }): void => {
  const kind = ugid.includes('!') ? 'token' : 'user';
  world.access.acl.push({ ...at, kind, ugid, propagate: true });
};
