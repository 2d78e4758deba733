import { z } from 'zod';
import { NodeName, SiteId, Vmid } from './ids.ts';

/** What a change is about. A guest is its number within a site: it keeps it when it moves to another node. */
export const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('guest'), site: SiteId, vmid: Vmid }),
  z.object({ kind: z.literal('node'), site: SiteId, node: NodeName }),
]);
export type Target = z.infer<typeof Target>;

/** The target as one text for keys, locks and the audit: `home/101` or `home/pve2`. */
export const targetKey = (target: Target): string =>
  `${target.site}/${target.kind === 'guest' ? target.vmid : target.node}`;
