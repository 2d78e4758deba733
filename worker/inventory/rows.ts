import { NodeName, Vmid } from '#policies/ids';
import type { BackupJob, BackupRun, GuestRow, NodeRow, Quorum, StorageRow } from '#policies/inventory';
import { readWith } from '#policies/read-with';
import { parseUpid } from '../proxmox/upid.ts';
import {
  type Answer,
  type GuestResource,
  isGuest,
  isStorage,
  type Resources,
  type StorageResource,
} from './answer.ts';

/** Nodes that the site can talk to. */
export const onlineNodes = (resources: Resources): ReadonlySet<string> =>
  new Set(resources.flatMap((row) => (row.type === 'node' && row.status === 'online' ? [row.node] : [])));

/** The nodes of the site. */
export const nodeRows = (resources: Resources): NodeRow[] =>
  resources.flatMap((row) =>
    row.type === 'node'
      ? [
          {
            node: NodeName.parse(row.node),
            online: row.status === 'online',
            cpu: row.cpu ?? null,
            memory: row.mem ?? null,
            maxMemory: row.maxmem ?? null,
          },
        ]
      : [],
  );

/** Proxmox repeats the last status of a lost node's guests for about 285 s (measured); it is not known any more. */
const statusOf = (row: GuestResource, online: boolean): GuestRow['status'] => {
  if (!online) return 'unknown';
  return row.status === 'running' || row.status === 'stopped' || row.status === 'paused'
    ? row.status
    : 'unknown';
};

/** Figures of a guest; those of a lost node's guests are old news. */
const figures = (row: GuestResource, online: boolean) => ({
  cpu: online ? (row.cpu ?? null) : null,
  memory: online ? (row.mem ?? null) : null,
  uptime: online ? (row.uptime ?? null) : null,
  maxMemory: row.maxmem ?? null,
  disk: row.disk ?? null,
  maxDisk: row.maxdisk ?? null,
});

const tagsOf = ({ tags = '' }: GuestResource): string[] => tags.split(/[;, ]+/).filter((tag) => tag !== '');

const guestRow = (row: GuestResource, online: boolean): GuestRow => ({
  vmid: Vmid.parse(row.vmid),
  kind: row.type,
  name: row.name ?? String(row.vmid),
  node: NodeName.parse(row.node),
  status: statusOf(row, online),
  template: row.template ?? false,
  lock: row.lock ?? null,
  pool: row.pool ?? null,
  tags: tagsOf(row),
  ...figures(row, online),
});

/** The guests of the site by number. */
export const guestRows = (resources: Resources): GuestRow[] => {
  const online = onlineNodes(resources);
  return resources
    .filter(isGuest)
    .map((row) => guestRow(row, online.has(row.node)))
    .sort((one, other) => one.vmid - other.vmid);
};

const storageRow = (row: StorageResource, active: boolean): StorageRow => ({
  storage: row.storage,
  node: NodeName.parse(row.node),
  shared: row.shared ?? false,
  active,
  content: row.content?.split(',') ?? [],
  used: active ? (row.disk ?? null) : null,
  total: active ? (row.maxdisk ?? null) : null,
});

/** Storages: a shared one once, from a node where it is active if there is one; the others once a node. */
export const storageRows = (resources: Resources): StorageRow[] => {
  const online = onlineNodes(resources);
  const rows = new Map<string, StorageRow>();
  for (const row of resources.filter(isStorage)) {
    const key = row.shared ? row.storage : `${row.node}/${row.storage}`;
    if (rows.get(key)?.active) continue;
    rows.set(key, storageRow(row, row.status === 'available' && online.has(row.node)));
  }
  return [...rows.values()];
};

/** Quorum; no cluster row means a node that stands alone and never lacks it. */
export const quorumOf = (status: Answer<'clusterStatus'>): Quorum => {
  const cluster = status.find((row) => row.type === 'cluster');
  const nodes = status.filter((row) => row.type === 'node');
  return {
    standalone: cluster === undefined,
    quorate: cluster?.type === 'cluster' ? cluster.quorate : true,
    nodes: nodes.length,
    online: nodes.filter((row) => row.type === 'node' && row.online === true).length,
  };
};

/** Backup jobs. Proxmox counts in seconds. */
export const jobRows = (jobs: Answer<'backupJobs'>): BackupJob[] =>
  jobs.map((job) => ({
    id: job.id,
    enabled: job.enabled ?? true,
    schedule: job.schedule ?? '',
    storage: job.storage ?? null,
    next: job['next-run'] === undefined ? null : job['next-run'] * 1000,
  }));

/** Success is `OK` or `WARNINGS: n`, never a text without the word error. */
const isOk = (exit: string): boolean => exit === 'OK' || exit.startsWith('WARNINGS:');

/** vzdump tasks that ended, newest first. */
export const runRows = (tasks: Answer<'nodeTasks'>): BackupRun[] =>
  tasks
    .flatMap(({ upid, node, endtime, status }): BackupRun[] => {
      if (endtime === undefined || status === undefined) return [];
      const task = parseUpid(upid);
      const vmid = readWith(Vmid, task.ok && task.value.id !== '' ? task.value.id : undefined);
      return [
        {
          upid,
          node: NodeName.parse(node),
          vmid: vmid.success ? vmid.data : null,
          at: endtime * 1000,
          ok: isOk(status),
          exit: status,
        },
      ];
    })
    .sort((one, other) => other.at - one.at);
