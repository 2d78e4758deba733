import { z } from 'zod';

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time such as 90s, 20m, 8h or 2d, as milliseconds. */
export const Duration = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, 'a time such as "20m", "8h" or "2d"')
  .transform((text) => {
    // The expression above leaves exactly one of these four letters at the end.
    const unit = text.slice(-1) as keyof typeof UNITS;
    return Number(text.slice(0, -1)) * UNITS[unit];
  });
