import { z } from 'zod';
import { ChangeId } from './ids.ts';

/** What delivery is told to bring to people; the card is drawn from the ledger when it is sent, never kept. */
export const Notice = z.discriminatedUnion('notice', [
  z.object({ notice: z.literal('change'), change: ChangeId }),
  z.object({
    notice: z.literal('worker'),
    site: z.string(),
    node: z.string(),
    state: z.enum(['up', 'silent']),
  }),
]);
export type Notice = z.infer<typeof Notice>;
