import { z } from 'zod';
import { NodeName, SiteId, Vmid } from './ids.ts';

/** What a change is about. A guest is its number within a site: it keeps it when it moves to another node. */
export const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('guest'), site: SiteId, vmid: Vmid }),
  z.object({ kind: z.literal('node'), site: SiteId, node: NodeName }),
]);
export type Target = z.infer<typeof Target>;

/** Proxmox allows a node to be called by a number, which without a mark would be the key of a guest. */
const nodeKey = (node: NodeName): string => (/^\d+$/.test(node) ? `node:${node}` : node);

/**
 * The target as one text for keys, locks, the audit and people: `home/101` or `home/pve2`, and `home/node:101` for a node
 * that is called by a number. Never the same for two targets.
 */
export const targetKey = (target: Target): string =>
  `${target.site}/${target.kind === 'guest' ? target.vmid : nodeKey(target.node)}`;
