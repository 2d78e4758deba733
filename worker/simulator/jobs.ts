import type { Cluster } from './cluster.ts';
import type { BackupJob, Guest } from './world.ts';

/** `100,101` as numbers; what is no number becomes NaN. */
export const idList = (text: string | undefined): number[] =>
  (text ?? '')
    .split(/[,; ]+/)
    .filter((item) => item !== '')
    .map(Number);

/** The guests a job or a vzdump call names, by `vmid`, `pool` or `all` with `exclude`. */
export const coveredBy = (cluster: Cluster, options: Readonly<Record<string, string>>): Guest[] => {
  const { guests, pools } = cluster.world;
  const all = [...guests.values()];
  if (options.all === '1') {
    const excluded = new Set(idList(options.exclude));
    return all.filter((guest) => !excluded.has(guest.vmid));
  }
  if (options.pool !== undefined) {
    const members = pools.get(options.pool)?.vmids ?? new Set<number>();
    return all.filter((guest) => members.has(guest.vmid));
  }
  return idList(options.vmid).flatMap((vmid) => guests.get(vmid) ?? []);
};

/** Guests in no job; a disabled job counts as covering, as on a real node. */
export const notBackedUp = (cluster: Cluster): Guest[] => {
  const jobs: BackupJob[] = [...cluster.world.jobs.values()];
  const covered = new Set(jobs.flatMap((job) => coveredBy(cluster, job.options)).map((guest) => guest.vmid));
  return [...cluster.world.guests.values()].filter((guest) => !covered.has(guest.vmid));
};

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY_S = 86_400;

const daysOf = (text: string | undefined): number[] => {
  const [from = '', to] = (text ?? '').split('..');
  if (text === undefined) return [0, 1, 2, 3, 4, 5, 6];
  if (to === undefined) return text.split(',').map((day) => DAYS.indexOf(day));
  const first = DAYS.indexOf(from);
  const count = (DAYS.indexOf(to) - first + 7) % 7;
  return Array.from({ length: count + 1 }, (_, at) => (first + at) % 7);
};

/** The next run of `sat 02:00`, `mon..fri 03:15` or `21:00`, epoch seconds in UTC; undefined when it is not one of these. */
export const nextRun = (schedule: string, now: number): number | undefined => {
  const [, days, hour, minute] = schedule.match(/^(?:([a-z.,]+) )?(\d{1,2}):(\d{2})$/) ?? [];
  if (hour === undefined || minute === undefined) return undefined;
  const wanted = daysOf(days);
  if (wanted.includes(-1)) return undefined;
  const midnight = now - (now % DAY_S);
  for (let day = 0; day <= 7; day += 1) {
    const at = midnight + day * DAY_S + Number(hour) * 3600 + Number(minute) * 60;
    if (at > now && wanted.includes(new Date(at * 1000).getUTCDay())) return at;
  }
  return undefined;
};
