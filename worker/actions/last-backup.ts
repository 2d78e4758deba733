import type { Check } from '#policies/check';
import { readBackups } from '../inventory/backups.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import type { GuestFacts } from './guest.ts';

/** What is known of a guest's newest backup. `at` in ms; null = none was seen. `complete`: there can be no other. */
export type LastBackup = {
  readonly at: number | null;
  readonly storage: string | null;
  readonly complete: boolean;
};

const WEEK_MS = 7 * 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** The newest backup of the guest on any storage, or on one. */
export const readLastBackup = async (
  proxmox: Proxmox,
  { at: { vmid }, resources }: GuestFacts,
  only?: string,
): Promise<LastBackup> => {
  const { rows, unread } = await readBackups(proxmox, resources, only);
  const newest = rows.find((row) => row.vmid === vmid);
  return { at: newest?.at ?? null, storage: newest?.storage ?? null, complete: unread.length === 0 };
};

/** How old the newest backup is; none, or one older than a week, is a warning; not allowed to look is `unknown`. */
export const lastBackupCheck = ({ at, storage, complete }: LastBackup, now: number): Check => {
  if (at === null || storage === null)
    return {
      check: 'last-backup',
      state: complete ? 'warn' : 'unknown',
      facts: { backup: complete ? 'none' : 'unknown' },
    };
  return {
    check: 'last-backup',
    state: now - at > WEEK_MS ? 'warn' : 'ok',
    facts: { ageHours: Math.floor((now - at) / HOUR_MS), storage },
  };
};
