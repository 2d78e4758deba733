import { type Cluster, seconds } from './cluster.ts';
import { disksOf } from './disk.ts';
import { nameOf } from './guest.ts';
import type { Backup, Guest, GuestType, Storage } from './world.ts';

/** `backup:backup/vzdump-qemu-101-….vma.zst`, as the API names an archive. */
export const volumeId = (backup: Backup): string => `${backup.storage}:backup/${backup.file}`;

const pad = (number: number): string => String(number).padStart(2, '0');

/** `2026_11_23-20_41_30`, UTC; `at` in epoch seconds. */
const stamp = (at: number): string => {
  const date = new Date(at * 1000);
  const day = [date.getUTCFullYear(), pad(date.getUTCMonth() + 1), pad(date.getUTCDate())].join('_');
  return `${day}-${[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(pad).join('_')}`;
};

const SUFFIX: Record<string, string> = { zstd: '.zst', gzip: '.gz', '1': '.lzo', lzo: '.lzo' };

/** The archive's file name as vzdump makes it. */
export const backupFile = (of: { type: GuestType; vmid: number; at: number; compress?: string }): string =>
  `vzdump-${of.type}-${of.vmid}-${stamp(of.at)}.${of.type === 'qemu' ? 'vma' : 'tar'}${SUFFIX[of.compress ?? ''] ?? ''}`;

/** The backups on a storage as one node sees them. */
export const backupsOn = (cluster: Cluster, storage: Storage, node: string): Backup[] =>
  cluster.world.backups.filter(
    (backup) => backup.storage === storage.id && (storage.shared || backup.node === node),
  );

const notesFrom = (cluster: Cluster, guest: Guest, template: string): string => {
  const values: Record<string, string> = {
    guestname: nameOf(guest),
    vmid: String(guest.vmid),
    node: guest.node,
    cluster: cluster.world.cluster.name,
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
};

/** The variables that a notes template may use. */
export const NOTES_VARIABLES: readonly string[] = ['cluster', 'guestname', 'node', 'vmid'];

/** Adds the archive of a finished backup to the world. */
export const addBackup = (
  cluster: Cluster,
  guest: Guest,
  wish: { storage: string; compress?: string; notesTemplate?: string; protected: boolean },
): Backup => {
  const at = seconds(cluster);
  const { type, vmid, node } = guest;
  const bytes = disksOf(guest.conf).reduce((total, disk) => total + disk.bytes, 0);
  const backup: Backup = {
    storage: wish.storage,
    node,
    vmid,
    type,
    file: backupFile({ type, vmid, at, ...(wish.compress === undefined ? {} : { compress: wish.compress }) }),
    ctime: at,
    size: Math.floor(bytes / 4) + 36_000,
    protected: wish.protected,
    ...(wish.notesTemplate === undefined ? {} : { notes: notesFrom(cluster, guest, wish.notesTemplate) }),
  };
  cluster.world.backups.push(backup);
  return backup;
};
