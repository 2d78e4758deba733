import { z } from 'zod';
import { AccessEntry } from './access-effect.ts';
import { UnitState } from './host-effect.ts';

/**
 * What is looked at on the host itself. `version` null = the package is not installed. `boot` is the kernel's boot id when
 * the change was planned: until there is another one, the command line cannot have changed and is not missed.
 */
export const HOST_PROBES = [
  z.object({ probe: z.literal('folder'), path: z.string(), want: z.boolean() }),
  z.object({ probe: z.literal('sysctl'), key: z.string(), want: z.string() }),
  z.object({ probe: z.literal('unit'), unit: z.string(), want: UnitState }),
  z.object({ probe: z.literal('package'), package: z.string(), version: z.string().nullable() }),
  z.object({
    probe: z.literal('cmdline'),
    has: z.array(z.string()),
    lacks: z.array(z.string()),
    boot: z.string(),
  }),
  /** All paths of a sealed change set are as it found them, or as it leaves them. */
  z.object({ probe: z.literal('changeset'), digest: z.string(), want: z.enum(['before', 'after']) }),
  /** An entry of Proxmox's access control is there as it says, or is not there. */
  z.object({ probe: z.literal('access'), entry: AccessEntry, want: z.boolean() }),
  /** dpkg puts the package's file at `to`, and the file in its place has this SHA-256; or neither. */
  z.object({
    probe: z.literal('diversion'),
    path: z.string(),
    to: z.string(),
    wrapper: z.string(),
    want: z.boolean(),
  }),
  z.object({ probe: z.literal('pool'), pool: z.string(), property: z.string(), want: z.string() }),
] as const;
