import type { BytePath } from '../../changeset/change.ts';
import { type Mount, reachable } from './mountinfo.ts';

/** What a mount is known by; the kernel gives the number of one that went to the next that comes. */
const byPoint = (mounts: readonly Mount[]): ReadonlyMap<BytePath, string> =>
  new Map(reachable(mounts).map(({ point, id, fs, source }) => [point, `${id} ${fs} ${source}`]));

/** Where a mount was before and is not now, or has another one in its place. */
export const vanished = (before: readonly Mount[], now: readonly Mount[]): ReadonlySet<BytePath> => {
  const there = byPoint(now);
  const gone = [...byPoint(before)].filter(([point, identity]) => there.get(point) !== identity);
  return new Set(gone.map(([point]) => point));
};
