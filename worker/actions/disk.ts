import type { Check } from '#policies/check';
import { ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Part, Planner } from './action.ts';
import { call, step } from './call.ts';
import { type Asked, guestPlanner } from './guest-draft.ts';
import { lastBackupCheck, readLastBackup } from './last-backup.ts';
import { bytesOf, readDisk, sizeText } from './size.ts';
import { spaceCheck, storageAt } from './storage-space.ts';

/** Most that one change may add to a disk (bytes): 128 TiB, beyond which a number is a slip of the finger. */
const MOST = 128 * 2 ** 40;

const noDisk = (disk: string): Check => ({
  check: 'storage-space',
  state: 'stop',
  facts: { disk, exists: false },
});

const refuse = (check: Check): Result<Part, WorkerRefusal> => ({
  ok: false,
  error: { no: 'checks-failed', checks: [check] },
});

const grow = async ({ guest, args, context }: Asked<'disk.grow'>): Promise<Result<Part, WorkerRefusal>> => {
  const line = guest.settings.get(args.disk);
  const disk = line === undefined ? null : readDisk(line);
  if (disk === null || disk.cdrom || disk.bytes === null) return refuse(noDisk(args.disk));
  const by = bytesOf(args.by.replace(/^\+/, '')) ?? 0;
  if (by <= 0) return { ok: false, error: { no: 'nothing-to-do' } };
  if (by > MOST)
    return refuse({ check: 'storage-space', state: 'stop', facts: { by: args.by, most: sizeText(MOST) } });
  const backup = await readLastBackup(context.proxmox, guest);
  const space = spaceCheck(storageAt(guest.resources, guest.node, disk.storage), disk.storage, by);
  const after = disk.bytes + by;
  return ok({
    effects: [
      step(
        call('PUT', `${guest.path}/resize`, {
          disk: args.disk,
          size: `+${sizeText(by)}`,
          digest: guest.digest,
        }),
        {
          diff: [{ key: `${args.disk} size`, before: sizeText(disk.bytes), after: sizeText(after) }],
        },
      ),
    ],
    probes: [{ probe: 'disk-size', disk: args.disk, atLeast: after }],
    checks: [space, lastBackupCheck(backup, context.now())],
    undo: { possible: false, why: 'cannot-shrink' },
    ...(space.state === 'warn' ? { risk: 'high' } : {}),
  });
};

/** `/disk_grow`: always "by", never "to", so that nothing is ever shrunk. More than the storage has free is high risk. */
export const diskGrow: Planner<'disk.grow'> = guestPlanner('disk.grow', {
  needs: () => [{ path: '/vms/{vmid}', anyOf: ['VM.Config.Disk'] }],
  demands: () => ({ states: ['running', 'stopped', 'paused'], quorum: 'needed', template: 'refused' }),
  part: grow,
});
