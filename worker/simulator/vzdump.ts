import { addBackup, backupFile } from './backups.ts';
import { type Cluster, needQuorum, seconds } from './cluster.ts';
import { disksOf, formatSize } from './disk.ts';
import { Failure } from './failure.ts';
import { nameOf } from './guest.ts';
import type { Parameters } from './parameters.ts';
import type { Guest, Task } from './world.ts';

/** One run of vzdump over several guests. */
export type Dump = {
  readonly storage: string;
  readonly guests: readonly Guest[];
  /** Named but not there. */
  readonly missing: readonly number[];
  readonly parameters: Parameters;
};

const clock = (cluster: Cluster): string =>
  new Date(cluster.now()).toISOString().slice(0, 19).replace('T', ' ');

const NOT_LOGGED = new Set(['node', 'vmid']);

const commandLine = (parameters: Parameters): string =>
  ['vzdump', ...(parameters.vmid ?? '').split(',').filter((id) => id !== '')]
    .concat(
      Object.entries(parameters)
        .filter(([name]) => !NOT_LOGGED.has(name))
        .map(([name, value]) => `--${name} ${/[ {}]/.test(value) ? `'${value}'` : value}`),
    )
    .join(' ');

/** The first line of the log: the command. */
export const logStart = (task: Task, dump: Dump): void => {
  task.log.push(`INFO: starting new backup job: ${commandLine(dump.parameters)}`);
};

const kind = (guest: Guest): string => (guest.type === 'qemu' ? 'VM' : 'CT');

const logHead = (cluster: Cluster, task: Task, guest: Guest): void => {
  task.log.push(
    `INFO: Starting Backup of VM ${guest.vmid} (${guest.type})`,
    `INFO: Backup started at ${clock(cluster)}`,
    `INFO: status = ${guest.power.on ? 'running' : 'stopped'}`,
    `INFO: backup mode: ${guest.power.on ? 'snapshot' : 'stop'}`,
    'INFO: ionice priority: 7',
    `INFO: ${kind(guest)} Name: ${nameOf(guest)}`,
    ...disksOf(guest.conf).map(
      (disk) => `INFO: include disk '${disk.key}' '${disk.volume}' ${formatSize(disk.bytes)}`,
    ),
  );
};

const failed = (cluster: Cluster, task: Task, vmid: number, why: string): void => {
  task.log.push(`ERROR: Backup of VM ${vmid} failed - ${why}`, `INFO: Failed at ${clock(cluster)}`);
};

/** The lock a guest carries while it is backed up; false when it could not be had. */
export const beginGuest = (cluster: Cluster, task: Task, guest: Guest): boolean => {
  logHead(cluster, task, guest);
  try {
    needQuorum(cluster);
    if (guest.conf.lock !== undefined) throw new Failure(`${kind(guest)} is locked (${guest.conf.lock})`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    failed(cluster, task, guest.vmid, error.message);
    return false;
  }
  guest.conf.lock = 'backup';
  return true;
};

const wish = (dump: Dump) => {
  const { compress, protected: keep, 'notes-template': notesTemplate } = dump.parameters;
  return {
    storage: dump.storage,
    protected: keep === '1',
    ...(compress === undefined ? {} : { compress }),
    ...(notesTemplate === undefined ? {} : { notesTemplate }),
  };
};

/** Writes the archive of one guest. */
export const finishGuest = (cluster: Cluster, task: Task, dump: Dump, guest: Guest): void => {
  const { compress } = dump.parameters;
  const file = backupFile({
    ...guest,
    at: seconds(cluster),
    ...(compress === undefined ? {} : { compress }),
  });
  task.log.push(`INFO: creating vzdump archive '${file}'`);
  addBackup(cluster, guest, wish(dump));
  task.log.push(
    `INFO: Finished Backup of VM ${guest.vmid} (00:00:02)`,
    `INFO: Backup finished at ${clock(cluster)}`,
  );
};

/** The summary; throws "job errors" when any guest failed. */
export const logEnd = (cluster: Cluster, task: Task, dump: Dump, failures: number): void => {
  for (const vmid of dump.missing) failed(cluster, task, vmid, `unable to find VM '${vmid}'`);
  if (failures + dump.missing.length === 0) {
    task.log.push('INFO: Backup job finished successfully');
    return;
  }
  task.log.push('INFO: Backup job finished with errors');
  throw new Failure('job errors');
};
