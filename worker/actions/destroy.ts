import type { Check } from '#policies/check';
import type { Blast } from '#policies/plan';
import { ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Part, PlanContext, Planner } from './action.ts';
import { call, step } from './call.ts';
import type { GuestFacts } from './guest.ts';
import { backupBasis } from './guest-basis.ts';
import { type Asked, guestPlanner } from './guest-draft.ts';
import { lastBackupCheck, readLastBackup } from './last-backup.ts';
import { orRefusal } from './refused.ts';
import { allOk } from './site.ts';
import { disksOf, sizeText } from './size.ts';
import { readSnapshots } from './snapshot-list.ts';

/** Ids of the backup jobs that name the guest; a job over a pool or over all is not broken by its loss. */
const readJobs = async ({ proxmox }: PlanContext, vmid: number): Promise<Result<string[], WorkerRefusal>> => {
  const jobs = await proxmox.backupJobs();
  if (!jobs.ok) return jobs.error.kind === 'forbidden' ? ok([]) : orRefusal(jobs);
  return ok(jobs.value.filter((job) => job.vmid?.split(',').includes(String(vmid))).map((job) => job.id));
};

const protection = ({ protection: on }: GuestFacts): Check => ({
  check: 'protection',
  state: on ? 'stop' : 'ok',
  facts: { protected: on },
});

/** Proxmox refuses to remove a guest that HA manages unless it is purged from there too. */
const underHa = ({ ha }: GuestFacts, purge: boolean): Check[] =>
  ha !== null && !purge ? [{ check: 'ha', state: 'stop', facts: { managed: true, purge } }] : [];

const lost = (guest: GuestFacts, snapshots: number, jobs: readonly string[]): Blast[] => [
  ...disksOf(guest.settings).map(({ key, volume, bytes }) => ({
    blast: 'data-lost' as const,
    what: `${key} ${volume}${bytes === null ? '' : ` (${sizeText(bytes)})`}`,
  })),
  ...(snapshots > 0 ? [{ blast: 'snapshots-lost' as const, count: snapshots }] : []),
  ...jobs.map((job) => ({ blast: 'job-place-lost' as const, job })),
];

const plan = async ({
  guest,
  args,
  context,
}: Asked<'guest.destroy'>): Promise<Result<Part, WorkerRefusal>> => {
  const read = await allOk(
    readLastBackup(context.proxmox, guest).then(ok),
    readSnapshots(context.proxmox, guest.at),
    readJobs(context, guest.at.vmid),
  );
  if (!read.ok) return read;
  const [backup, snapshots, jobs] = read.value;
  return ok({
    effects: [step(call('DELETE', guest.path, { purge: args.purge ? '1' : undefined }))],
    probes: [{ probe: 'guest-gone' }],
    checks: [protection(guest), ...underHa(guest, args.purge), lastBackupCheck(backup, context.now())],
    blast: lost(guest, snapshots.length, args.purge ? jobs : []),
    // The only thing that is left afterwards: if it went or came, people agreed to something else.
    basis: [backupBasis(backup)],
    undo: { possible: false, why: 'data-is-gone' },
  });
};

/** `/destroy`: the guest and its disks. It must be stopped and unprotected; `purge` also takes it out of jobs and HA. */
export const guestDestroy: Planner<'guest.destroy'> = guestPlanner('guest.destroy', {
  needs: () => [{ path: '/vms/{vmid}', anyOf: ['VM.Allocate'] }],
  demands: () => ({ states: ['stopped'], quorum: 'needed', template: 'allowed' }),
  part: plan,
});
