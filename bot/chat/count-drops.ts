import type { Dropped } from './intent.ts';

/** Counts what a platform's folder drops: gives how often it was dropped for this reason since the start, with this one. */
export const countDrops = (): ((why: Dropped['dropped']) => number) => {
  const counts = new Map<Dropped['dropped'], number>();
  return (why) => {
    const count = (counts.get(why) ?? 0) + 1;
    counts.set(why, count);
    return count;
  };
};
