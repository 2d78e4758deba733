import { lstatSync, readdirSync } from 'node:fs';
import { Refused } from '../changeset/change-problem.ts';
import type { KnownHashes } from '../changeset/known-hashes.ts';
import { LARGEST_FILE, readMeta } from '../changeset/read-meta.ts';
import type { Layer } from '../changeset/scan.ts';

/** How often it is looked for files (ms); where a script made more entries than that, no more: a scan looks at all of them. */
const PERIOD = 200;
const MOST_ENTRIES = 2000;

/** Smaller files (bytes) are hashed as fast as they are asked for. */
const LEAST = 256 * 1024;

/** Paths of the larger files below an upper, relative to it. */
const largeIn = (upper: Buffer, at: Buffer, so: { entries: number }): readonly Buffer[] =>
  readdirSync(Buffer.concat([upper, at]), { encoding: 'buffer', withFileTypes: true }).flatMap((entry) => {
    so.entries += 1;
    if (so.entries > MOST_ENTRIES) return [];
    const path = Buffer.concat([at, Buffer.from('/'), entry.name]);
    if (entry.isDirectory()) return largeIn(upper, path, so);
    const stats = lstatSync(Buffer.concat([upper, path]), { throwIfNoEntry: false });
    return stats?.isFile() && stats.size >= LEAST ? [path] : [];
  });

/** It went away while it was looked at, or is too large: the scan says so, if it still is. */
const isLeftToScan = (error: unknown): boolean =>
  error instanceof Refused || (error instanceof Error && 'code' in error);

/**
 * Hashes what the larger files of a running script stand in the place of, on the host: nothing else is done meanwhile, and of
 * a rehearsed apt install it is a third of the scan. Never what the script itself wrote: that can change under the hash.
 */
export const hashMeanwhile = (
  layers: readonly Layer[],
): { readonly known: KnownHashes; readonly end: () => void } => {
  const known: KnownHashes = new Map();
  const seen = new Set<string>();
  const so = { entries: 0 };
  const look = ({ upper, lower, mount }: Layer): void => {
    for (const path of largeIn(Buffer.from(upper), Buffer.alloc(0), so)) {
      const at = Buffer.concat([Buffer.from(lower), path]);
      if (seen.has(at.toString('latin1'))) continue;
      seen.add(at.toString('latin1'));
      readMeta(at, { path: mount + path.toString('latin1'), most: LARGEST_FILE, known });
    }
  };
  const end = (): void => clearInterval(timer);
  const timer = setInterval(() => {
    so.entries = 0;
    try {
      for (const layer of layers) look(layer);
      if (so.entries > MOST_ENTRIES) end();
    } catch (error) {
      if (!isLeftToScan(error)) throw error;
    }
  }, PERIOD);
  return { known, end };
};
