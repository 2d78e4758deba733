import { readSealed } from '../changeset/seal.ts';
import { shownPath } from '../changeset/shown-text.ts';
import { standing } from '../changeset/standing.ts';
import { hostMounts } from './host-mounts.ts';
import type { Places } from './places.ts';

/** As many paths as people read. */
const NAMED = 8;

/**
 * How a sealed change set stands on this host: `before`, `after`, or in a few words why it is neither. What is in the store
 * is hashed again, and every path is looked at.
 */
export const sealedStanding = ({ store }: Pick<Places, 'store'>, root: string, digest: string): string => {
  const sealed = readSealed(store, digest);
  if (!sealed.ok) return `the store: ${sealed.error.problem}`;
  const stands = standing({ root, mounts: hostMounts(root) }, sealed.value.changes);
  if (stands.stands !== 'neither') return stands.stands;
  const more = stands.others.length > NAMED ? ` (+${stands.others.length - NAMED})` : '';
  return `other: ${stands.others.slice(0, NAMED).map(shownPath).join(', ')}${more}`;
};
