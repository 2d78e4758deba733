import { readFileSync } from 'node:fs';
import type { Mount } from '../changeset/host-tree.ts';
import { PMXCFS } from '../pmxcfs/mount.ts';
import { parseMountinfo } from '../sandbox/mounts/mountinfo.ts';
import { planMounts } from '../sandbox/mounts/plan.ts';

/** A mount as change sets are carried out on it. */
export const mountAt = (path: string): Mount => ({ path, profile: path === PMXCFS ? 'pmxcfs' : 'posix' });

/** The mounts at and below a root that a change set may lie on, as they are now. */
export const hostMounts = (root: string): readonly Mount[] =>
  planMounts(
    parseMountinfo(readFileSync('/proc/self/mountinfo', 'latin1')),
    Buffer.from(root, 'utf8').toString('latin1'),
  ).flatMap(({ how, at }) => (how === 'overlay' ? [mountAt(at)] : []));
