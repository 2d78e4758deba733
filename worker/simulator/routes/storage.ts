import { backupsOn, volumeId } from '../backups.ts';
import { type Cluster, storageOf } from '../cluster.ts';
import { isActive } from '../cluster-rows.ts';
import { disksOf } from '../disk.ts';
import { badParameters, Failure, forbidden } from '../failure.ts';
import { marks, parseRetention } from '../prune.ts';
import {
  type Answer,
  anyone,
  type Call,
  flag,
  holds,
  need,
  type Permission,
  type Route,
  required,
} from '../route.ts';
import { startTask } from '../tasks.ts';
import type { Backup, Guest, Storage } from '../world.ts';

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

const formatOf = (file: string): string => file.replace(/^.*?\d{2}_\d{2}_\d{2}\./, '');

const backupRow = (backup: Backup) => ({
  volid: volumeId(backup),
  content: 'backup',
  subtype: backup.type,
  format: formatOf(backup.file),
  vmid: backup.vmid,
  ctime: backup.ctime,
  size: backup.size,
  ...(backup.notes === undefined ? {} : { notes: backup.notes }),
  ...(backup.protected ? { protected: 1 } : {}),
});

/** The memory that snapshots with RAM keep as a volume. */
const ramOf = (guest: Guest) =>
  guest.snapshots.flatMap((snapshot) => {
    const volume = snapshot.conf.vmstate;
    return volume === undefined ? [] : [{ volume, storage: volume.split(':')[0] ?? '', bytes: 1_029_120 }];
  });

const volumeRows = (call: Call, of: Storage, node: string) =>
  [...call.cluster.world.guests.values()]
    .filter(
      (guest) => (of.shared || guest.node === node) && holds(call, `/vms/${guest.vmid}`, 'VM.Config.Disk'),
    )
    .flatMap((guest) =>
      [...disksOf(guest.conf), ...ramOf(guest)]
        .filter((disk) => disk.storage === of.id)
        .map((disk) => ({
          volid: disk.volume,
          content: guest.type === 'qemu' ? 'images' : 'rootdir',
          format: formatOfVolume(disk.volume),
          vmid: guest.vmid,
          size: disk.bytes,
          used: Math.floor(disk.bytes / 3),
          parent: null,
          ...(disk.volume.endsWith('.subvol') ? {} : { ctime: 1_795_460_614 }),
        })),
    );

const fileRows = (of: Storage) => (of.files ?? []).map((file) => ({ ...file }));

const formatOfVolume = (volume: string): string => volume.match(/\.(raw|qcow2|subvol|vmdk)$/)?.[1] ?? 'raw';

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

const pruneMarks = (call: Call): Map<Backup, string> => {
  const of = storage(call);
  const { vmid, type } = call.parameters;
  const retention = parseRetention(call.parameters['prune-backups'] ?? of.pruneBackups);
  const backups = backupsOn(call.cluster, of, required(call, 'node')).filter(
    (backup) =>
      (vmid === undefined || String(backup.vmid) === vmid) && (type === undefined || backup.type === type),
  );
  return marks(backups, retention);
};

/** The dry run: everything on the storage, for whoever may audit it. */
const pruneDryRun = (call: Call): Answer => ({
  data: [...pruneMarks(call)].map(([backup, mark]) => ({
    volid: volumeId(backup),
    vmid: backup.vmid,
    type: backup.type,
    ctime: backup.ctime,
    mark,
  })),
});

const drop = (cluster: Cluster, backup: Backup): void => {
  const at = cluster.world.backups.indexOf(backup);
  if (at >= 0) cluster.world.backups.splice(at, 1);
};

const mayPrune: Permission = (call) => {
  if (holds(call, `/storage/${required(call, 'storage')}`, 'Datastore.Allocate')) return;
  need('/storage/{storage}', 'Datastore.AllocateSpace')(call);
  need('/vms/{vmid}', 'VM.Backup')(call);
};

const prune = (call: Call): Answer => {
  const remove = [...pruneMarks(call)].filter(([, mark]) => mark === 'remove').map(([backup]) => backup);
  const begin = (task: { log: string[] }) => {
    for (const backup of remove) task.log.push(`removing backup '${volumeId(backup)}'`);
  };
  const complete = () => {
    for (const backup of remove) drop(call.cluster, backup);
  };
  const { vmid } = call.parameters;
  const id = vmid === undefined ? required(call, 'storage') : `${vmid}@${required(call, 'storage')}`;
  const job = {
    node: required(call, 'node'),
    type: 'prunebackups',
    id,
    work: { takes: 500, begin, complete },
  };
  return { data: startTask(call.cluster, call.who, job) };
};

const fullVolume = (call: Call): string => {
  const volume = required(call, 'volume');
  return volume.includes(':') ? volume : `${required(call, 'storage')}:${volume}`;
};

const findBackup = (call: Call): Backup | undefined =>
  call.cluster.world.backups.find((backup) => volumeId(backup) === fullVolume(call));

/** Who may see or delete one archive: the guest's id is in its name, so a missing one is checked too. */
const mayTouch: Permission = (call) => {
  const id = required(call, 'storage');
  if (holds(call, `/storage/${id}`, 'Datastore.Allocate')) return;
  need('/storage/{storage}', 'Datastore.AllocateSpace')(call);
  const vmid = fullVolume(call).match(/vzdump-(?:qemu|lxc)-(\d+)-/)?.[1];
  if (vmid !== undefined && !holds(call, `/vms/${vmid}`, 'VM.Backup'))
    throw forbidden(`/vms/${vmid}, VM.Backup`);
};

const volume = (call: Call): Answer => {
  const backup = findBackup(call);
  if (backup === undefined) throw new Failure(`volume '${fullVolume(call)}' does not exist`);
  const of = storageOf(call.cluster, backup.storage);
  const notes = backup.notes === undefined ? {} : { notes: backup.notes };
  const path = `${of.path ?? `/mnt/pve/${of.id}`}/dump/${backup.file}`;
  return {
    data: {
      path,
      size: backup.size,
      used: backup.size,
      format: 'raw',
      protected: Number(backup.protected),
      ...notes,
    },
  };
};

const annotate = (call: Call): Answer => {
  const backup = findBackup(call);
  if (backup === undefined) throw badParameters({ volume: `volume '${fullVolume(call)}' does not exist` });
  if (call.parameters.notes !== undefined) backup.notes = call.parameters.notes;
  if (call.parameters.protected !== undefined) backup.protected = flag(call, 'protected');
  return { data: null };
};

/** A missing archive counts as deleted. */
const remove = (call: Call): Answer => {
  const backup = findBackup(call);
  const name = fullVolume(call);
  const id = `${name.match(/vzdump-(?:qemu|lxc)-(\d+)-/)?.[1] ?? ''}@${required(call, 'storage')}`;
  const begin = () => {
    if (backup?.protected === true)
      throw new Failure(
        `cannot remove protected volume '${name.split(':')[1]}' on '${required(call, 'storage')}'`,
      );
  };
  const complete = () => {
    if (backup !== undefined) drop(call.cluster, backup);
  };
  const job = { node: required(call, 'node'), type: 'imgdel', id, work: { takes: 200, begin, complete } };
  const upid = startTask(call.cluster, call.who, job);
  return { data: call.parameters.delay === undefined ? upid : null };
};

const BASE = '/nodes/{node}/storage/{storage}';
const ONE = `${BASE}/content/{volume}`;

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
  { method: 'GET', path: `${BASE}/prunebackups`, permission: audit, handler: pruneDryRun },
  { method: 'DELETE', path: `${BASE}/prunebackups`, permission: mayPrune, handler: prune },
  { method: 'GET', path: ONE, permission: mayTouch, handler: volume },
  { method: 'PUT', path: ONE, permission: mayTouch, handler: annotate },
  { method: 'DELETE', path: ONE, permission: mayTouch, handler: remove },
];
