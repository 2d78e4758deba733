import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { locate } from '../changeset/locate.ts';
import type { WorkerConfig } from '../config.ts';
import type { Guard } from '../guard.ts';

/** Where this program itself lies: a change to it would be a way around everything it checks. */
const PROGRAM = join(import.meta.dirname, '../..');

/** The path with its links resolved, or as it is where nothing is there yet. */
const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    // Not there yet: then no link leads away from it.
    return path;
  }
};

/** What this node trusts and never gives up, from its configuration. */
export const openGuard = ({ botKey, policy, own, root }: WorkerConfig): Guard => ({
  botKey,
  policy,
  own: [...own, PROGRAM].flatMap((path) => [path, real(path)]),
  real: (path) => {
    const place = locate(root, path);
    return place.ok ? place.value.full : null;
  },
});
