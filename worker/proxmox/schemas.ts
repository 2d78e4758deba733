import { z } from 'zod';
import { amount, flag, vmid, word } from './scalars.ts';
import { parseUpid } from './upid.ts';

const usage = { cpu: amount.optional(), mem: amount.optional(), maxmem: amount.optional() };

const guestRow = {
  vmid,
  node: z.string(),
  name: word.optional(),
  status: z.string().optional(),
  template: flag.optional(),
  lock: z.string().optional(),
  pool: word.optional(),
  tags: word.optional(),
  hastate: z.string().optional(),
  ...usage,
  maxcpu: amount.optional(),
  disk: amount.optional(),
  maxdisk: amount.optional(),
  uptime: amount.optional(),
};

const resourceRows = [
  z.looseObject({ type: z.literal('qemu'), ...guestRow }),
  z.looseObject({ type: z.literal('lxc'), ...guestRow }),
  z.looseObject({
    type: z.literal('node'),
    node: z.string(),
    status: z.string().optional(),
    ...usage,
    uptime: amount.optional(),
  }),
  z.looseObject({
    type: z.literal('storage'),
    storage: z.string(),
    node: z.string(),
    status: z.string().optional(),
    shared: flag.optional(),
    content: z.string().optional(),
    plugintype: z.string().optional(),
    disk: amount.optional(),
    maxdisk: amount.optional(),
  }),
  z.looseObject({ type: z.literal('other') }),
] as const;

const readTypes = new Set<unknown>(['qemu', 'lxc', 'node', 'storage']);
const nameOther = (row: unknown): unknown =>
  typeof row === 'object' &&
  row !== null &&
  'type' in row &&
  typeof row.type === 'string' &&
  !readTypes.has(row.type)
    ? { ...row, type: 'other' }
    : row;

/** GET /cluster/resources. Sizes in bytes, cpu 0 to 1 per core; rows of pools, SDN and later inventions are `other`. */
export const Resources = z.array(z.preprocess(nameOther, z.discriminatedUnion('type', resourceRows)));

/** GET /cluster/status: one `cluster` row unless the node stands alone. */
export const ClusterStatus = z.array(
  z.discriminatedUnion('type', [
    z.looseObject({
      type: z.literal('cluster'),
      name: word,
      quorate: flag,
      nodes: amount,
      version: amount.optional(),
    }),
    z.looseObject({
      type: z.literal('node'),
      name: word,
      online: flag.optional(),
      local: flag.optional(),
      nodeid: amount.optional(),
      ip: z.string().optional(),
    }),
  ]),
);

/**
 * GET /cluster/options: datacenter.cfg for whoever has Sys.Audit on /, without `registered-tags` where none are; for others a few
 * keys, and never this one [code: pve-manager API2/Cluster.pm get_options, pve-cluster DataCenterConfig.pm].
 */
export const ClusterOptions = z.looseObject({ 'registered-tags': z.array(z.string()).optional() });

/** A UPID that `parseUpid` accepts. */
export const UpidText = z.string().refine((text) => parseUpid(text).ok, 'not a UPID');

/** GET /cluster/tasks and /nodes/N/tasks. Times in s; `status` is the exit text, RUNNING or absent while it runs. */
export const TaskRows = z.array(
  z.looseObject({
    upid: UpidText,
    node: z.string(),
    type: z.string(),
    id: word.optional(),
    user: z.string(),
    starttime: amount,
    endtime: amount.optional(),
    status: z.string().optional(),
  }),
);

/** GET /nodes/N/tasks/UPID/status. */
export const TaskStatus = z.looseObject({
  upid: UpidText,
  status: z.enum(['running', 'stopped']),
  exitstatus: z.string().optional(),
});

const logLine = z.looseObject({ n: amount, t: z.string().nullable() });

/** GET /nodes/N/tasks/UPID/log; the wrong node answers one object in place of the list. */
export const TaskLog = z.union([z.array(logLine), logLine.transform((line) => [line])]);

/** GET /nodes/N/{qemu,lxc}/V/config: the options that changes and checks read; everything else stays as sent. */
export const GuestConfig = z.looseObject({
  digest: z.string().regex(/^[0-9a-f]{40}$/i),
  name: word.optional(),
  hostname: word.optional(),
  memory: word.optional(),
  cores: amount.optional(),
  onboot: flag.optional(),
  protection: flag.optional(),
  template: flag.optional(),
  tags: word.optional(),
  description: word.optional(),
  lock: z.string().optional(),
});

/** GET .../pending. `delete` is 1 or 2 (forced) where the option goes at the next start. */
export const PendingRows = z.array(
  z.looseObject({
    key: z.string(),
    value: word.optional(),
    pending: word.optional(),
    delete: amount.optional(),
  }),
);

/** GET .../snapshot. `snaptime` in s; the row named "current" is the present, not a snapshot. */
export const SnapshotRows = z.array(
  z.looseObject({
    name: word,
    description: word.optional(),
    parent: word.optional(),
    snaptime: amount.optional(),
    vmstate: flag.optional(),
    digest: z.string().optional(),
  }),
);

/** GET .../status/current. Uptime in s, memory in bytes. */
export const GuestStatus = z.looseObject({
  status: z.string(),
  qmpstatus: z.string().optional(),
  name: word.optional(),
  lock: z.string().optional(),
  uptime: amount.optional(),
  mem: amount.optional(),
  maxmem: amount.optional(),
  ha: z.looseObject({ managed: flag, state: z.string().optional() }).optional(),
});

/** GET /cluster/backup. `next-run` in s. */
export const BackupJobs = z.array(
  z.looseObject({
    id: word,
    enabled: flag.optional(),
    schedule: z.string().optional(),
    storage: z.string().optional(),
    'next-run': amount.optional(),
    vmid: word.optional(),
    all: flag.optional(),
    exclude: word.optional(),
    pool: word.optional(),
    mode: z.string().optional(),
  }),
);

/** GET /cluster/backup-info/not-backed-up: guests that no job covers, whatever archives they have. */
export const NotBackedUp = z.array(
  z.looseObject({ vmid, type: z.enum(['qemu', 'lxc']), name: word.optional() }),
);

/** GET .../prunebackups?prune-backups=keep-all=1, the dry run that an auditor may ask for. `ctime` in s. */
export const PruneRows = z.array(
  z.looseObject({
    volid: z.string(),
    ctime: amount,
    type: z.string().optional(),
    vmid: vmid.optional(),
    mark: z.enum(['keep', 'remove', 'protected', 'renamed']),
  }),
);

const storageState = {
  type: z.string(),
  content: z.string().optional(),
  active: flag.optional(),
  enabled: flag.optional(),
  shared: flag.optional(),
  used: amount.optional(),
  avail: amount.optional(),
  total: amount.optional(),
};

/** GET /nodes/N/storage/S/status. Sizes in bytes. */
export const StorageStatus = z.looseObject(storageState);

/** GET /nodes/N/storage. Sizes in bytes. */
export const StorageRows = z.array(z.looseObject({ storage: z.string(), ...storageState }));

/** GET /cluster/ha/status/current. */
export const HaStatus = z.array(
  z.looseObject({
    id: z.string(),
    type: z.string(),
    node: z.string().optional(),
    status: z.string().optional(),
    state: z.string().optional(),
    sid: z.string().optional(),
    quorate: flag.optional(),
  }),
);

/** GET /nodes/N/services. */
export const ServiceRows = z.array(
  z.looseObject({
    service: z.string(),
    state: z.string(),
    name: word.optional(),
    'active-state': z.string().optional(),
    'unit-state': z.string().optional(),
  }),
);

/** GET /version. */
export const Version = z.looseObject({ version: z.string(), release: word });

const bytes = z.looseObject({ used: amount, total: amount, free: amount.optional() });

/** GET /nodes/N/status. Sizes in bytes, uptime in s, load as text of three averages. */
export const NodeStatus = z.looseObject({
  uptime: amount,
  pveversion: z.string(),
  memory: bytes,
  rootfs: bytes,
  cpu: amount.optional(),
  loadavg: z.array(amount).optional(),
});

/** GET /access/permissions: path to privilege to 1 (propagates) or 0 (granted here only). The key is the right. */
export const Permissions = z.record(z.string(), z.record(z.string(), amount));
export type Permissions = z.infer<typeof Permissions>;
