import { join } from 'node:path';
import { locate } from '../changeset/locate.ts';
import type { WorkerConfig } from '../config.ts';
import type { Guard } from '../guard.ts';
import { placesOf } from './own-files.ts';

/** Where this program itself lies: a change to it would be a way around everything it checks. */
const PROGRAM = join(import.meta.dirname, '../..');

/** What this node trusts and never gives up, from its configuration. Links are followed as they are at that moment. */
export const openGuard = ({ site, node, botKey, policy, own, root }: WorkerConfig): Guard => ({
  here: { site, node },
  botKey,
  policy,
  get own() {
    return [...own, PROGRAM].flatMap(placesOf);
  },
  real: (path) => {
    const place = locate(root, path);
    return place.ok ? place.value.full : null;
  },
});
