import type { BackupRow, GuestRow, Inventory } from '#policies/inventory';

/** A daily backup is late after this (ms): Checkmk's 26 hours, reference proxmox.md section 5 row 28. */
export const FRESH = 26 * 3_600_000;

/** A guest and its newest backup, null where none exists. */
export type BackupAge = { readonly guest: GuestRow; readonly newest: BackupRow | null };

/** Each guest that is no template with its newest backup, those without one first, then oldest first. */
export const backupAges = (
  guests: readonly GuestRow[],
  backups: readonly BackupRow[],
): readonly BackupAge[] => {
  const newest = new Map<number, BackupRow>();
  for (const backup of backups) {
    const other = newest.get(backup.vmid);
    if (!other || backup.at > other.at) newest.set(backup.vmid, backup);
  }
  return guests
    .filter((guest) => !guest.template)
    .map((guest) => ({ guest, newest: newest.get(guest.vmid) ?? null }))
    .sort((a, b) => (a.newest?.at ?? 0) - (b.newest?.at ?? 0) || a.guest.vmid - b.guest.vmid);
};

const known = new WeakMap<Inventory, readonly BackupAge[]>();

/** The ages of one look at a site, which are asked for again with every /status until the next look. */
const agesOf = (inventory: Inventory): readonly BackupAge[] => {
  const kept = known.get(inventory);
  if (kept) return kept;
  const { guests, backups } = inventory;
  const ages = guests.known && backups.known ? backupAges(guests.value, backups.value) : [];
  known.set(inventory, ages);
  return ages;
};

/** Guests without a backup that is fresh at `now` (ms); none where guests or backups are not known. */
export const staleBackups = (inventory: Inventory, now: number): readonly BackupAge[] => {
  const ages = agesOf(inventory);
  // Oldest first: behind the first one that is fresh all are.
  const fresh = ages.findIndex(({ newest }) => newest !== null && now - newest.at <= FRESH);
  return fresh === -1 ? ages : ages.slice(0, fresh);
};
