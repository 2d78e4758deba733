import { z } from 'zod';

/** A number that Proxmox also sends as text ("256"). */
export const amount = z.union(
  [
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,18}(\.\d{1,18})?$/)
      .transform(Number),
  ],
  'expected a number',
);

/** A boolean that Proxmox sends as 0, 1, "0", "1" or "". */
export const flag = z.union(
  [z.boolean(), z.literal([0, 1, '0', '1', '']).transform((value) => value === 1 || value === '1')],
  'expected 0 or 1',
);

/** Text that Perl sends as a number where it looks like one (a guest named "123"). */
export const word = z.union([z.string(), z.number().transform(String)], 'expected text');

/** A guest's number. */
export const vmid = amount.pipe(z.int().min(100).max(999_999_999));
