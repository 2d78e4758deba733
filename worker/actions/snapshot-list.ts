import { ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Answer } from '../inventory/answer.ts';
import type { GuestAt } from '../proxmox/guest-reads.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import { orRefusal } from './refused.ts';

/** A row of a guest's snapshots. */
export type Snapshot = Answer<'snapshots'>[number];

/** The snapshots of a guest without the row "current", which stands for the present. */
export const readSnapshots = async (
  proxmox: Proxmox,
  guest: GuestAt,
): Promise<Result<readonly Snapshot[], WorkerRefusal>> => {
  const rows = orRefusal(await proxmox.snapshots(guest));
  return rows.ok ? ok(rows.value.filter(({ name }) => name !== 'current')) : rows;
};
