import { backupsOn, volumeId } from '../backups.ts';
import { type Cluster, storageOf } from '../cluster.ts';
import { badParameters, Failure, forbidden } from '../failure.ts';
import { marks, parseRetention } from '../prune.ts';
import {
  type Answer,
  type Call,
  flag,
  holds,
  need,
  type Permission,
  type Route,
  required,
} from '../route.ts';
import { startTask } from '../tasks.ts';
import type { Backup } from '../world.ts';

const pruneMarks = (call: Call): Map<Backup, string> => {
  const of = storageOf(call.cluster, required(call, 'storage'));
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

const PRUNE = '/nodes/{node}/storage/{storage}/prunebackups';
const ONE = '/nodes/{node}/storage/{storage}/content/{volume}';

export const ARCHIVE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: PRUNE,
    permission: need('/storage/{storage}', 'Datastore.Audit|Datastore.AllocateSpace'),
    handler: pruneDryRun,
  },
  { method: 'DELETE', path: PRUNE, permission: mayPrune, handler: prune },
  { method: 'GET', path: ONE, permission: mayTouch, handler: volume },
  { method: 'PUT', path: ONE, permission: mayTouch, handler: annotate },
  { method: 'DELETE', path: ONE, permission: mayTouch, handler: remove },
];
