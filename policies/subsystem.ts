import { z } from 'zod';

/** Parts of a host that are taken back by themselves. A recipe and a row of the catalogue each belong to one at most. */
export const SUBSYSTEMS = [
  'network',
  'apt',
  'kernel',
  'storage',
  'units',
  'logs',
  'shell',
  'access',
] as const;

/** Reads the name of a part of a host. */
export const Subsystem = z.enum(SUBSYSTEMS);
export type Subsystem = z.infer<typeof Subsystem>;
