import { badParameters } from './failure.ts';
import type { Backup } from './world.ts';

const KEEPS = [
  'keep-last',
  'keep-hourly',
  'keep-daily',
  'keep-weekly',
  'keep-monthly',
  'keep-yearly',
] as const;
type Keep = (typeof KEEPS)[number];
/** How many backups of each period stay; `all` keeps everything. */
export type Retention = { readonly all: boolean } & Partial<Record<Keep, number>>;

const isKeep = (name: string): name is Keep => KEEPS.some((keep) => keep === name);

/** `keep-last=3,keep-weekly=2`; throws the 400 for anything else. Nothing kept means everything is kept. */
export const parseRetention = (text: string | undefined): Retention => {
  const counts: Partial<Record<Keep, number>> = {};
  for (const part of (text ?? 'keep-all=1').split(',')) {
    const [name = '', value = ''] = part.split('=');
    if (isKeep(name)) counts[name] = Number(value);
    else if (name !== 'keep-all') throw badRetention(name);
  }
  return { all: Object.values(counts).every((count) => count === 0), ...counts };
};

const badRetention = (name: string) =>
  badParameters({
    'prune-backups':
      `invalid format - format error\nprune-backups.${name}: property is not defined in schema and the schema ` +
      'does not allow additional properties\n',
  });

const PERIOD: Record<Keep, (backup: Backup) => string> = {
  'keep-last': (backup) => backup.file,
  'keep-hourly': (backup) => new Date(backup.ctime * 1000).toISOString().slice(0, 13),
  'keep-daily': (backup) => new Date(backup.ctime * 1000).toISOString().slice(0, 10),
  'keep-weekly': (backup) => String(Math.floor((backup.ctime / 86_400 + 3) / 7)),
  'keep-monthly': (backup) => new Date(backup.ctime * 1000).toISOString().slice(0, 7),
  'keep-yearly': (backup) => new Date(backup.ctime * 1000).toISOString().slice(0, 4),
};

/** Which backups of one guest stay: newest first, one per period, periods already covered do not count. */
const kept = (backups: readonly Backup[], retention: Retention): Set<Backup> => {
  const keep = new Set<Backup>();
  for (const rule of KEEPS) {
    const covered = new Set([...keep].map(PERIOD[rule]));
    let left = retention[rule] ?? 0;
    for (const backup of backups) {
      const period = PERIOD[rule](backup);
      if (left === 0 || keep.has(backup) || covered.has(period)) continue;
      covered.add(period);
      keep.add(backup);
      left -= 1;
    }
  }
  return keep;
};

/** The mark of each backup in a dry run, per guest and type (`PVE::Storage::prune_mark_backup_group`). */
export const marks = (backups: readonly Backup[], retention: Retention): Map<Backup, string> => {
  const groups = Map.groupBy(backups, (backup) => `${backup.type}/${backup.vmid}`);
  const marked = new Map<Backup, string>();
  for (const group of groups.values()) {
    const free = group.filter((backup) => !backup.protected).sort((one, other) => other.ctime - one.ctime);
    const stay = retention.all ? new Set(free) : kept(free, retention);
    for (const backup of group)
      marked.set(backup, backup.protected ? 'protected' : stay.has(backup) ? 'keep' : 'remove');
  }
  return marked;
};
