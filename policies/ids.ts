import { z } from 'zod';

/** Identity of a change over every database and every node: 20 characters of lower-case base32, random. */
export const ChangeId = z
  .string()
  .regex(/^[a-z2-7]{20}$/, 'a change id of 20 characters a-z, 2-7')
  .brand<'ChangeId'>();
export type ChangeId = z.infer<typeof ChangeId>;

/** SHA-256 of a plan's canonical JSON, lower-case hex. People approve this and nothing else. */
export const PlanHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a sha256 in hex')
  .brand<'PlanHash'>();
export type PlanHash = z.infer<typeof PlanHash>;

/** Short lower-case name a person is known by in rules and the audit; never taken from a chat platform. */
export const PersonId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'a name such as "ada": 1-32 of a-z 0-9 -, a letter first')
  .brand<'PersonId'>();
export type PersonId = z.infer<typeof PersonId>;

/** A Proxmox cluster or a standalone node, as the configuration names it. */
export const SiteId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'a site name such as "home"')
  .brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;

/** A node's name as Proxmox allows it: https://pve.proxmox.com/pve-docs/api-viewer/ format pve-node. */
export const NodeName = z
  .string()
  .regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/, 'a node name such as "pve1"')
  .brand<'NodeName'>();
export type NodeName = z.infer<typeof NodeName>;

/** A guest's number, 100 to 999999999 (format pve-vmid). */
export const Vmid = z.coerce
  .number({ error: 'a guest id from 100 to 999999999' })
  .int()
  .min(100)
  .max(999_999_999)
  .brand<'Vmid'>();
export type Vmid = z.infer<typeof Vmid>;
