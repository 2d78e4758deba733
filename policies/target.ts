import { z } from 'zod';
import { NodeName, SiteId, Vmid } from './ids.ts';

/** What a change is about. A guest is its number within a site: it keeps it when it moves to another node. */
export const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('guest'), site: SiteId, vmid: Vmid }),
  z.object({ kind: z.literal('node'), site: SiteId, node: NodeName }),
]);
export type Target = z.infer<typeof Target>;

const NUMBER = /^\d+$/;

/**
 * The target as one text for keys, locks and the audit: `home/101` or `home/pve2`. No two targets have the same: a node
 * whose name is a number, which host names may be, is `home/node/101`, since `home/101` is the guest.
 */
export const targetKey = (target: Target): string => {
  if (target.kind === 'guest') return `${target.site}/${target.vmid}`;
  return NUMBER.test(target.node) ? `${target.site}/node/${target.node}` : `${target.site}/${target.node}`;
};
