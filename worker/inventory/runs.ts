import type { BackupRun, NotKnown } from '#policies/inventory';
import type { Proxmox } from '../proxmox/proxmox.ts';
import { holds } from '../proxmox/rights.ts';
import type { Permissions } from '../proxmox/schemas.ts';
import { whyUnknown } from './backups.ts';
import { nodeRows, type Resources, runRows } from './rows.ts';

/** How many ended backup tasks a node is asked for. */
const MOST = 50;

/** Backup tasks that ended, newest first, and the nodes whose list could not be read. */
export type SeenRuns = {
  readonly rows: readonly BackupRun[];
  readonly unread: readonly { readonly node: string; readonly why: NotKnown }[];
};

type Read = { readonly resources: Resources; readonly rights: Permissions };

const readNode = async (
  proxmox: Proxmox,
  { node, online }: { readonly node: string; readonly online: boolean },
  rights: Permissions,
): Promise<SeenRuns> => {
  // Without the right the list holds the reader's own tasks, and it has none.
  if (!holds(rights, `/nodes/${node}`, 'Sys.Audit'))
    return { rows: [], unread: [{ node, why: 'forbidden' }] };
  if (!online) return { rows: [], unread: [{ node, why: 'unreachable' }] };
  const tasks = await proxmox.nodeTasks(node, { source: 'archive', typefilter: 'vzdump', limit: MOST });
  return tasks.ok
    ? { rows: runRows(tasks.value), unread: [] }
    : { rows: [], unread: [{ node, why: whyUnknown(tasks.error) }] };
};

/** Reads how backups went, one request a node. */
export const readRuns = async (proxmox: Proxmox, { resources, rights }: Read): Promise<SeenRuns> => {
  const seen = await Promise.all(nodeRows(resources).map((node) => readNode(proxmox, node, rights)));
  return {
    rows: seen.flatMap(({ rows }) => rows).sort((one, other) => other.at - one.at),
    unread: seen.flatMap(({ unread }) => unread),
  };
};
