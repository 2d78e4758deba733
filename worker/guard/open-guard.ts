import { join } from 'node:path';
import { locate } from '../changeset/locate.ts';
import type { WorkerConfig } from '../config.ts';
import type { Guard } from '../guard.ts';
import { realPlace } from './own-paths.ts';

/** Where this program itself lies: a change to it would be a way around everything it checks. */
const PROGRAM = join(import.meta.dirname, '../..');

/** What this node trusts and never gives up, from its configuration. */
export const openGuard = ({ botKey, policy, site, node, own, root }: WorkerConfig): Guard => ({
  botKey,
  policy,
  here: { site, node },
  own: [...own, PROGRAM].flatMap((path) => [path, realPlace(path)]),
  real: (path) => {
    const place = locate(root, path);
    return place.ok ? place.value.full : null;
  },
});
