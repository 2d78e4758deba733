import { join } from 'node:path';
import type { Mount } from '../changeset/host-tree.ts';
import type { Workshop } from '../changeset/way.ts';

/**
 * Where plans of scripts are kept: rehearsals while they run, contents and lists, and what is applied with its way back.
 * All of root's alone.
 */
export type Places = { readonly rehearsals: string; readonly store: string; readonly journal: string };

/** Below one folder, such as /var/lib/quorate/console or one in a worker's state; what is applied to one root is no business of another's. */
export const placesIn = (folder: string, root: string): Places => ({
  rehearsals: join(folder, 'rehearsals'),
  store: join(folder, 'changes'),
  journal: join(folder, 'applied', encodeURIComponent(root)),
});

/** What a change set is applied with on a host. */
export const workshop = ({ store, journal }: Places, root: string, mounts: readonly Mount[]): Workshop => ({
  store,
  journal,
  host: { root, mounts },
  step: () => undefined,
});
