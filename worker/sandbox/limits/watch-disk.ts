import { lstatSync, readdirSync, statfsSync } from 'node:fs';
import type { Limits, Stopped } from './limits.ts';

/** Bytes that a rehearsal leaves free on the disk of its store, whatever its own limit. */
const RESERVE = 256 * 2 ** 20;

/** How often the disk is looked at, in ms. */
const PERIOD = 50;

type Used = { readonly bytes: number; readonly entries: number };

/** Bytes on disk and entries below a folder of bytes; stops counting where it is too much already. */
const measure = (folder: Buffer, most: Used, so: { bytes: number; entries: number }): void => {
  for (const name of readdirSync(folder, { encoding: 'buffer' })) {
    if (so.bytes > most.bytes || so.entries > most.entries) return;
    const path = Buffer.concat([folder, Buffer.from('/'), name]);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (!stats) continue;
    so.entries += 1;
    so.bytes += stats.blocks * 512;
    if (stats.isDirectory()) measure(path, most, so);
  }
};

/** What the upper layers take, as far as the limits reach. What vanishes while it is counted counts as nothing. */
export const measureLayers = (uppers: readonly string[], limits: Limits): Used => {
  const so = { bytes: 0, entries: 0 };
  const most = { bytes: limits.disk, entries: limits.entries };
  for (const upper of uppers) {
    try {
      measure(Buffer.from(upper), most, so);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return so;
};

const judge = (uppers: readonly string[], limits: Limits): Stopped | undefined => {
  const used = measureLayers(uppers, limits);
  if (used.bytes > limits.disk) return 'disk';
  return used.entries > limits.entries ? 'entries' : undefined;
};

/**
 * Watches what a run takes of the disk. Asking the file system how much is free costs microseconds, so that is done all
 * the time; the layers are only counted when a quarter of what was left is gone from the disk. The answer ends the watch.
 */
export const watchDisk = (
  store: string,
  uppers: readonly string[],
  limits: Limits,
  onStopped: (why: Stopped) => void,
): { readonly end: () => void } => {
  const free = (): Used => {
    const { bavail, bsize, ffree } = statfsSync(store);
    return { bytes: bavail * bsize, entries: ffree };
  };
  let last = free();
  let left: Used = { bytes: limits.disk, entries: limits.entries };
  const timer = setInterval(() => {
    const now = free();
    if (now.bytes < RESERVE) return onStopped('disk-full');
    if (last.bytes - now.bytes < left.bytes / 4 && last.entries - now.entries < left.entries / 4) return;
    const why = judge(uppers, limits);
    if (why) return onStopped(why);
    const used = measureLayers(uppers, limits);
    left = { bytes: limits.disk - used.bytes, entries: limits.entries - used.entries };
    last = now;
  }, PERIOD);
  return { end: () => clearInterval(timer) };
};
