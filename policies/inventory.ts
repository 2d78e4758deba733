import { z } from 'zod';
import { NodeName, SiteId, Vmid } from './ids.ts';

/**
 * Why something is not known. `forbidden`: the reader token lacks the right, so an empty answer proves nothing;
 * `unauthorized`: Proxmox does not accept that token at all; `untrusted`: whoever answers is not the node that was pinned;
 * `not-understood`: an answer came, but not in Proxmox's words; `not-yours`: it is known, and not for whoever asks.
 */
export const NotKnown = z.enum([
  'forbidden',
  'unauthorized',
  'untrusted',
  'not-understood',
  'unreachable',
  'not-read',
  'not-yours',
]);
export type NotKnown = z.infer<typeof NotKnown>;

const known = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('known', [
    z.object({ known: z.literal(true), value }),
    z.object({ known: z.literal(false), why: NotKnown }),
  ]);

/** A value, or the reason why it is not known; "none" and "may not look" never look alike. */
export type Known<T> = { known: true; value: T } | { known: false; why: NotKnown };

/** What stands for a part of the site that nobody has looked at. */
export const UNREAD = { known: false, why: 'not-read' } as const;

/** A node as /cluster/resources and /cluster/status tell it. Sizes in bytes, load 0 to 1. */
export const NodeRow = z.object({
  node: NodeName,
  online: z.boolean(),
  cpu: z.number().nullable(),
  memory: z.number().nullable(),
  maxMemory: z.number().nullable(),
});
export type NodeRow = z.infer<typeof NodeRow>;

/** A guest as /cluster/resources tells it. `status` is unknown where its node has gone silent. */
export const GuestRow = z.object({
  vmid: Vmid,
  kind: z.enum(['qemu', 'lxc']),
  name: z.string(),
  node: NodeName,
  status: z.enum(['running', 'stopped', 'paused', 'unknown']),
  template: z.boolean(),
  lock: z.string().nullable(),
  pool: z.string().nullable(),
  tags: z.array(z.string()),
  cpu: z.number().nullable(),
  memory: z.number().nullable(),
  maxMemory: z.number().nullable(),
  disk: z.number().nullable(),
  maxDisk: z.number().nullable(),
  uptime: z.number().nullable(),
});
export type GuestRow = z.infer<typeof GuestRow>;

/** A storage on one node, or once when it is shared. Sizes in bytes. */
export const StorageRow = z.object({
  storage: z.string(),
  node: NodeName,
  shared: z.boolean(),
  active: z.boolean(),
  content: z.array(z.string()),
  used: z.number().nullable(),
  total: z.number().nullable(),
});
export type StorageRow = z.infer<typeof StorageRow>;

/**
 * One backup archive. `at` in ms; `size` in bytes, null where the reader may not see it; `node` where the storage is not
 * shared.
 */
export const BackupRow = z.object({
  vmid: Vmid,
  storage: z.string(),
  node: NodeName.optional(),
  volid: z.string(),
  at: z.number(),
  size: z.number().nullable(),
  protected: z.boolean(),
});
export type BackupRow = z.infer<typeof BackupRow>;

/** A vzdump task that ended. `vmid` is null for a job over many guests. `exit` is the task's exit text. */
export const BackupRun = z.object({
  upid: z.string(),
  node: NodeName,
  vmid: Vmid.nullable(),
  at: z.number(),
  ok: z.boolean(),
  exit: z.string(),
});
export type BackupRun = z.infer<typeof BackupRun>;

/** A backup job. `guests` = null means all. `next` in ms or null. */
export const BackupJob = z.object({
  id: z.string(),
  enabled: z.boolean(),
  schedule: z.string(),
  storage: z.string().nullable(),
  next: z.number().nullable(),
});
export type BackupJob = z.infer<typeof BackupJob>;

/** Quorum as /cluster/status tells it; a standalone node has none and is never without it. */
export const Quorum = z.object({
  standalone: z.boolean(),
  quorate: z.boolean(),
  nodes: z.int(),
  online: z.int(),
});
export type Quorum = z.infer<typeof Quorum>;

/** A script of a node's catalogue, as root entered it there. */
export const ScriptRow = z.object({
  name: z.string(),
  title: z.string(),
  path: z.string(),
  sha256: z.string(),
  args: z.array(z.string()),
});
export type ScriptRow = z.infer<typeof ScriptRow>;

/** The catalogue of one node: only a worker on that very node can read it. */
export const NodeScripts = z.object({ node: NodeName, scripts: known(z.array(ScriptRow)) });
export type NodeScripts = z.infer<typeof NodeScripts>;

/** Everything a worker saw of its site in one round. `at` = when the round began, ms. */
export const Inventory = z.object({
  site: SiteId,
  at: z.number(),
  simulated: z.boolean(),
  version: z.string().nullable(),
  quorum: known(Quorum),
  nodes: known(z.array(NodeRow)),
  guests: known(z.array(GuestRow)),
  storages: known(z.array(StorageRow)),
  backups: known(z.array(BackupRow)),
  backupRuns: known(z.array(BackupRun)),
  backupJobs: known(z.array(BackupJob)),
  uncovered: known(z.array(Vmid)),
  /** Tags that only somebody with Sys.Modify on / can give (datacenter.cfg `registered-tags`). An older worker does not look. */
  registeredTags: known(z.array(z.string())).default(UNREAD),
  /** The scripts of the worker's own node; in the ledger those of every node that was heard of. An older worker tells none. */
  scripts: z.array(NodeScripts).default([]),
});
export type Inventory = z.infer<typeof Inventory>;
