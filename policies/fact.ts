import { z } from 'zod';

/**
 * What rules may ask about the host, and every answer there is. `none`: the question makes no sense for this target;
 * `unknown`: nobody could see it. `last_backup` is the age of the newest backup of the guest.
 */
export const FACTS = {
  quorum: ['yes', 'no', 'unknown'],
  node_online: ['yes', 'no', 'unknown'],
  guest_kind: ['qemu', 'lxc', 'none', 'unknown'],
  power: ['running', 'stopped', 'paused', 'none', 'unknown'],
  last_backup: ['within-a-day', 'within-a-week', 'older', 'never', 'none', 'unknown'],
} as const;

/** Name of a fact. */
export type FactName = keyof typeof FACTS;

/** One answer for every fact. */
export type Facts = { readonly [N in FactName]: (typeof FACTS)[N][number] };

/** Some answers for some facts, as rules name them. */
export const FactMatch = z
  .strictObject({
    quorum: z.array(z.enum(FACTS.quorum)).min(1).optional(),
    node_online: z.array(z.enum(FACTS.node_online)).min(1).optional(),
    guest_kind: z.array(z.enum(FACTS.guest_kind)).min(1).optional(),
    power: z.array(z.enum(FACTS.power)).min(1).optional(),
    last_backup: z.array(z.enum(FACTS.last_backup)).min(1).optional(),
  })
  .refine((facts) => Object.keys(facts).length > 0, `at least one of ${Object.keys(FACTS).join(', ')}`);
export type FactMatch = z.infer<typeof FactMatch>;
