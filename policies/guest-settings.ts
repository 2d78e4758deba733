import { z } from 'zod';

/** Settings of `/set`; at least one. Bounds are those of the PVE API for qemu and lxc. */
export const GuestSettings = z
  .strictObject({
    memory: z.coerce.number().int().min(16).max(4_178_944).optional(),
    cores: z.coerce.number().int().min(1).max(8192).optional(),
    onboot: z.stringbool().optional(),
    tags: z
      .string()
      .regex(/^([a-z0-9_][a-z0-9_+.-]*)([;,][a-z0-9_][a-z0-9_+.-]*)*$|^$/)
      .optional(),
    description: z.string().max(8192).optional(),
  })
  .refine((set) => Object.keys(set).length > 0);
