import type { BackupRun, NotKnown } from '#policies/inventory';
import type { Proxmox } from '../proxmox/proxmox.ts';
import type { Resources } from './answer.ts';
import { whyUnknown } from './backups.ts';
import { mayRead } from './may-read.ts';
import { nodeRows, runRows } from './rows.ts';

/** How many ended backup tasks a node is asked for. */
const MOST = 50;

/** Backup tasks that ended, newest first, and the nodes whose list could not be read. */
export type SeenRuns = {
  readonly rows: readonly BackupRun[];
  readonly unread: readonly { readonly node: string; readonly why: NotKnown }[];
};

const unread = (node: string, why: NotKnown): SeenRuns => ({ rows: [], unread: [{ node, why }] });

const readNode = async (
  proxmox: Proxmox,
  { node, online }: { readonly node: string; readonly online: boolean },
): Promise<SeenRuns> => {
  // Without the right the list holds the reader's own tasks, and it has none.
  const may = await mayRead(proxmox, `/nodes/${node}`, 'Sys.Audit');
  if (!may.ok) return unread(node, whyUnknown(may.error));
  if (!may.value) return unread(node, 'forbidden');
  if (!online) return unread(node, 'unreachable');
  const tasks = await proxmox.nodeTasks(node, { source: 'archive', typefilter: 'vzdump', limit: MOST });
  return tasks.ok ? { rows: runRows(tasks.value), unread: [] } : unread(node, whyUnknown(tasks.error));
};

/** Reads how backups went, two requests a node. */
export const readRuns = async (proxmox: Proxmox, resources: Resources): Promise<SeenRuns> => {
  const seen = await Promise.all(nodeRows(resources).map((node) => readNode(proxmox, node)));
  return {
    rows: seen.flatMap(({ rows }) => rows).sort((one, other) => other.at - one.at),
    unread: seen.flatMap(({ unread }) => unread),
  };
};
