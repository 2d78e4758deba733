import { backupsOn } from '../backups.ts';
import { storageOf } from '../cluster.ts';
import { isActive } from '../cluster-rows.ts';
import {
  type Answer,
  anyone,
  type Call,
  holds,
  need,
  type Permission,
  type Route,
  required,
} from '../route.ts';
import { backupRow, fileRows, volumeRows } from '../storage-rows.ts';
import type { Backup, Storage } from '../world.ts';

const AUDIT_OR_SPACE = 'Datastore.Audit|Datastore.AllocateSpace';
const audit: Permission = need('/storage/{storage}', AUDIT_OR_SPACE);

const storage = (call: Call): Storage => storageOf(call.cluster, required(call, 'storage'));

const figures = (of: Storage, node: string) =>
  isActive(of, node)
    ? { active: 1, total: of.totalBytes, used: of.usedBytes, avail: of.totalBytes - of.usedBytes }
    : { active: 0, total: 0, used: 0, avail: 0 };

const statusOf = (of: Storage, node: string) => ({
  type: of.plugin,
  content: of.content.join(','),
  shared: Number(of.shared),
  enabled: 1,
  ...figures(of, node),
});

const nodeList = (call: Call): Answer => {
  const node = required(call, 'node');
  const { content, storage: only } = call.parameters;
  const rows = [...call.cluster.world.storages.values()]
    .filter((of) => holds(call, `/storage/${of.id}`, AUDIT_OR_SPACE))
    .filter(
      (of) =>
        (content === undefined || of.content.includes(content)) && (only === undefined || of.id === only),
    );
  const fraction = (of: Storage) =>
    isActive(of, node) ? { used_fraction: of.usedBytes / of.totalBytes } : {};
  return { data: rows.map((of) => ({ storage: of.id, ...statusOf(of, node), ...fraction(of) })) };
};

const DIGEST = '95731918d225002e1b812b49f0a6bed284f4a0be';

const definition = (of: Storage) => ({
  storage: of.id,
  type: of.plugin,
  content: of.content.join(','),
  digest: DIGEST,
  ...(of.path === undefined ? {} : { path: of.path }),
  ...(of.shared ? { shared: 1 } : {}),
  ...(of.isMountpoint === true ? { is_mountpoint: 'yes' } : {}),
  ...(of.pruneBackups === undefined ? {} : { 'prune-backups': of.pruneBackups }),
});

const definitions = (call: Call): Answer => ({
  data: [...call.cluster.world.storages.values()]
    .filter((of) => holds(call, `/storage/${of.id}`, AUDIT_OR_SPACE))
    .map(definition),
});

/** The trap: a backup is shown only to who could also delete it, whatever Datastore.Audit allows. */
const seesBackup = (call: Call, backup: Backup): boolean =>
  holds(call, `/storage/${backup.storage}`, 'Datastore.Allocate') ||
  (holds(call, `/storage/${backup.storage}`, 'Datastore.AllocateSpace') &&
    holds(call, `/vms/${backup.vmid}`, 'VM.Backup'));

const content = (call: Call): Answer => {
  const of = storage(call);
  const node = required(call, 'node');
  const { content: only, vmid } = call.parameters;
  const backups = backupsOn(call.cluster, of, node).filter((backup) => seesBackup(call, backup));
  const rows = [...volumeRows(call, of, node), ...fileRows(of), ...backups.map(backupRow)];
  const wanted = rows.filter(
    (row) =>
      (only === undefined || row.content === only) &&
      (vmid === undefined || String('vmid' in row ? row.vmid : '') === vmid),
  );
  return { data: wanted };
};

const BASE = '/nodes/{node}/storage/{storage}';

export const STORAGE_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/storage', permission: anyone, handler: definitions },
  {
    method: 'GET',
    path: '/storage/{storage}',
    permission: need('/storage/{storage}', 'Datastore.Allocate'),
    handler: (call) => ({ data: definition(storage(call)) }),
  },
  { method: 'GET', path: '/nodes/{node}/storage', permission: anyone, handler: nodeList },
  {
    method: 'GET',
    path: `${BASE}/status`,
    permission: audit,
    handler: (call) => ({ data: statusOf(storage(call), required(call, 'node')) }),
  },
  { method: 'GET', path: `${BASE}/content`, permission: audit, handler: content },
];
