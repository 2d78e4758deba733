import { z } from 'zod';
import { NodeName, PersonId, SiteId, Vmid } from './ids.ts';
import { readWith } from './read-with.ts';

/** What a worker's change is about. A guest is its number within a site: it keeps it when it moves to another node. */
export const HostTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('guest'), site: SiteId, vmid: Vmid }),
  z.object({ kind: z.literal('node'), site: SiteId, node: NodeName }),
]);
export type HostTarget = z.infer<typeof HostTarget>;

/** What a change of Quorate itself is about: the rules in force, or what a person may. It is on no site. */
export const OwnTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rules') }),
  z.object({ kind: z.literal('person'), person: PersonId }),
]);
export type OwnTarget = z.infer<typeof OwnTarget>;

/** What a change is about. */
export const Target = z.discriminatedUnion('kind', [...HostTarget.options, ...OwnTarget.options]);
export type Target = z.infer<typeof Target>;

/** Is it about Quorate itself, and so no worker's to do? */
export const isOwnTarget = (target: Target): target is OwnTarget => !('site' in target);

/** The target of Quorate's own that a text names; null where it names none of this kind. */
export const readOwnTarget = (kind: OwnTarget['kind'], text: string): OwnTarget | null => {
  if (kind === 'rules') return text === 'rules' ? { kind } : null;
  const person = readWith(PersonId, text);
  return person.success ? { kind, person: person.data } : null;
};

/** Proxmox allows a node to be called by a number, which without a mark would be the key of a guest. */
const nodeKey = (node: NodeName): string => (/^\d+$/.test(node) ? `node:${node}` : node);

/** What people call a target that the inventory has no name for, and type to agree to it. */
export const shortName = (target: Target): string => {
  if (target.kind === 'guest') return String(target.vmid);
  if (target.kind === 'node') return target.node;
  return target.kind === 'rules' ? 'rules' : target.person;
};

/**
 * The target as one text for keys, locks, the audit and people: `home/101` or `home/pve2`, and `home/node:101` for a node
 * that is called by a number; `rules` and `person:ada`, without the slash that all of a site have. Never the same for two targets.
 */
export const targetKey = (target: Target): string => {
  if (target.kind === 'rules') return 'rules';
  if (target.kind === 'person') return `person:${target.person}`;
  return `${target.site}/${target.kind === 'guest' ? target.vmid : nodeKey(target.node)}`;
};
