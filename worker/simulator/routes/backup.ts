import { NOTES_VARIABLES } from '../backups.ts';
import { seconds } from '../cluster.ts';
import { disksOf } from '../disk.ts';
import { badParameters, Failure, forbidden } from '../failure.ts';
import { nameOf } from '../guest.ts';
import { coveredBy, idList, nextRun, notBackedUp } from '../jobs.ts';
import { vzdumpLock } from '../lock-file.ts';
import { type Answer, anyone, type Call, holds, need, type Route, required } from '../route.ts';
import { startTask, type Work } from '../tasks.ts';
import { beginGuest, type Dump, finishGuest, logEnd, logStart } from '../vzdump.ts';
import type { BackupJob, Guest } from '../world.ts';

/** Milliseconds per guest. */
const DUMP_MS = 2500;

const NUMBERS = new Set(['enabled', 'all', 'remove', 'quiet', 'protected', 'repeat-missed']);

const valueOf = (key: string, value: string): unknown => {
  if (key === 'prune-backups') return Object.fromEntries(value.split(',').map((part) => part.split('=')));
  return NUMBERS.has(key) ? Number(value) : value;
};

const jobData = (job: BackupJob) => ({
  id: job.id,
  type: 'vzdump',
  ...Object.fromEntries(Object.entries(job.options).map(([key, value]) => [key, valueOf(key, value)])),
});

const jobs = (call: Call): Answer => ({
  data: [...call.cluster.world.jobs.values()].map((job) => {
    const next =
      job.options.enabled === '0' ? undefined : nextRun(job.options.schedule ?? '', seconds(call.cluster));
    return { ...jobData(job), ...(next === undefined ? {} : { 'next-run': next }) };
  }),
});

const jobOf = (call: Call): BackupJob => {
  const job = call.cluster.world.jobs.get(required(call, 'id'));
  if (job === undefined) throw badParameters({ id: `No such job '${required(call, 'id')}'` });
  return job;
};

const uncovered = (call: Call): Answer => ({
  data: notBackedUp(call.cluster).map((guest) => ({
    vmid: guest.vmid,
    type: guest.type,
    name: nameOf(guest),
  })),
});

const volumes = (guest: Guest) => ({
  id: guest.vmid,
  type: guest.type,
  name: nameOf(guest),
  leaf: 0,
  children: disksOf(guest.conf).map((disk) => ({
    id: `${guest.vmid}:${disk.key}`,
    name: disk.volume,
    included: 1,
    leaf: 1,
    reason: guest.type === 'qemu' ? 'backup=yes' : 'rootfs',
  })),
});

const included = (call: Call): Answer => ({
  data: { children: coveredBy(call.cluster, jobOf(call).options).map(volumes) },
});

const ROOT_ONLY = ['tmpdir', 'dumpdir', 'script', 'job-id'];
const SYSTEM = ['bwlimit', 'performance', 'ionice'];

const refuseConflicts = ({ parameters }: Call): void => {
  const { vmid, pool, all } = parameters;
  for (const name of ROOT_ONLY)
    if (name in parameters) throw badParameters({ [name]: 'Only root may set this option.' });
  if (vmid !== undefined && all === '1') throw badParameters({ all: "option conflicts with option 'vmid'" });
  if (vmid === undefined && pool === undefined && all === undefined)
    throw badParameters({ vmid: 'property is missing' });
  if (idList(vmid).some((id) => !Number.isInteger(id) || id < 100))
    throw badParameters({ vmid: 'invalid format - value does not look like a valid VM ID\n' });
};

const refuseTemplate = ({ parameters }: Call): void => {
  for (const match of (parameters['notes-template'] ?? '').matchAll(/\{\{(\w+)\}\}/g))
    if (!NOTES_VARIABLES.includes(match[1] ?? ''))
      throw badParameters({
        'notes-template': `found unknown: variable '${match[1]}' at char ${match.index + 4}\n`,
      });
};

const mayDump = (call: Call, storage: string): void => {
  const { parameters } = call;
  if (SYSTEM.some((name) => name in parameters)) need('/', 'Sys.Modify')(call);
  const at = `/storage/${storage}`;
  if ('prune-backups' in parameters && !holds(call, at, 'Datastore.Allocate'))
    throw forbidden(`${at}, Datastore.Allocate`);
  if (!holds(call, at, 'Datastore.AllocateSpace')) throw forbidden(`${at}, Datastore.AllocateSpace`);
};

const mayBackUp = (call: Call, vmid: number): boolean => holds(call, `/vms/${vmid}`, 'VM.Backup');

/** `pool` and `all` silently cover what the caller may back up; a list is taken as it is. */
const dumpOf = (call: Call, storage: string): Dump => {
  const { parameters, cluster } = call;
  const named = idList(parameters.vmid);
  const here = coveredBy(cluster, parameters).filter((guest) => guest.node === required(call, 'node'));
  return {
    storage,
    parameters,
    guests: named.length > 0 ? here : here.filter((guest) => mayBackUp(call, guest.vmid)),
    missing: named.filter((vmid) => !cluster.world.guests.has(vmid)),
  };
};

const checkStorage = (call: Call, storage: string): void => {
  if (call.cluster.world.storages.has(storage)) return;
  const unknown = `storage '${storage}' does not exist`;
  throw new Failure(
    `could not activate storage '${storage}': ${unknown}\ncould not get storage information for '${storage}': ${unknown}`,
  );
};

const checkGuests = (call: Call, dump: Dump): void => {
  for (const guest of dump.guests)
    if (!mayBackUp(call, guest.vmid))
      throw new Failure(`403 Permission check failed (/vms/${guest.vmid}, VM.Backup)`);
};

const dumpWork = (call: Call, dump: Dump): Work => {
  const locked: Guest[] = [];
  return {
    takes: DUMP_MS * Math.max(1, dump.guests.length),
    interrupted: 'interrupted by signal',
    lock: vzdumpLock(call.cluster, required(call, 'node')),
    begin: (task) => {
      checkStorage(call, dump.storage);
      logStart(task, dump);
      checkGuests(call, dump);
      locked.push(...dump.guests.filter((guest) => beginGuest(call.cluster, task, guest)));
    },
    complete: (task) => {
      for (const guest of locked) finishGuest(call.cluster, task, dump, guest);
      logEnd(call.cluster, task, dump, dump.guests.length - locked.length);
    },
    cleanup: () => {
      for (const guest of locked) delete guest.conf.lock;
    },
  };
};

/** A guest that lives on another node: nothing to do here, answered with the text OK. */
const elsewhere = (call: Call, dump: Dump): boolean =>
  call.parameters.vmid !== undefined && dump.guests.length === 0 && dump.missing.length === 0;

const vzdump = (call: Call): Answer => {
  refuseConflicts(call);
  refuseTemplate(call);
  const storage = call.parameters.storage ?? 'local';
  mayDump(call, storage);
  const dump = dumpOf(call, storage);
  if (elsewhere(call, dump)) return { data: 'OK' };
  const named = idList(call.parameters.vmid);
  const id = named.length === 1 ? String(named[0]) : '';
  const job = { node: required(call, 'node'), type: 'vzdump', id, work: dumpWork(call, dump) };
  return { data: startTask(call.cluster, call.who, job) };
};

const AUDIT = need('/', 'Sys.Audit');

export const BACKUP_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/cluster/backup', permission: AUDIT, handler: jobs },
  {
    method: 'GET',
    path: '/cluster/backup/{id}',
    permission: AUDIT,
    handler: (call) => ({ data: jobData(jobOf(call)) }),
  },
  { method: 'GET', path: '/cluster/backup/{id}/included_volumes', permission: AUDIT, handler: included },
  { method: 'GET', path: '/cluster/backup-info/not-backed-up', permission: AUDIT, handler: uncovered },
  { method: 'POST', path: '/nodes/{node}/vzdump', permission: anyone, handler: vzdump },
];
