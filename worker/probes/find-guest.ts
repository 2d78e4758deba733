import { no, ok, type Result } from '#policies/result';
import type { HostTarget } from '#policies/target';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { readSettings } from '../actions/guest.ts';
import { orRefusal } from '../actions/refused.ts';
import { isGuest } from '../inventory/answer.ts';
import type { GuestAt } from '../proxmox/guest-reads.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import type { Look } from './probe.ts';

/** A look that could not see, with the reason. */
export const unseen = (refusal: WorkerRefusal): Look => ({
  ok: false,
  saw: Object.values(refusal)
    .filter((fact) => typeof fact !== 'object')
    .join(' ')
    .slice(0, 300),
});

/** Where the guest is now: it may have moved since the plan was made. Null = no such guest is shown. */
export const findGuest = async (
  proxmox: Proxmox,
  target: HostTarget,
): Promise<Result<GuestAt | null, WorkerRefusal>> => {
  if (target.kind !== 'guest') throw new RangeError('this probe is about a guest');
  const resources = orRefusal(await proxmox.resources());
  if (!resources.ok) return resources;
  const { vmid } = target;
  const row = resources.value.filter(isGuest).find((guest) => guest.vmid === vmid);
  return ok(row === undefined ? null : { node: row.node, kind: row.type, vmid });
};

/** Looks at a guest that must be there. */
export const withGuest = async (
  proxmox: Proxmox,
  target: HostTarget,
  look: (guest: GuestAt) => Promise<Result<Look, WorkerRefusal>>,
): Promise<Look> => {
  const guest = await findGuest(proxmox, target);
  if (!guest.ok) return unseen(guest.error);
  if (guest.value === null) return { ok: false, saw: 'no such guest' };
  const seen = await look(guest.value);
  return seen.ok ? seen.value : unseen(seen.error);
};

/** The guest's settings as its next start will have them. */
export const settingsOf = async (
  proxmox: Proxmox,
  guest: GuestAt,
): Promise<Result<ReadonlyMap<string, string>, WorkerRefusal>> => {
  const rows = orRefusal(await proxmox.guestPending(guest));
  return rows.ok ? ok(readSettings(rows.value).settings) : no(rows.error);
};
