import { z } from 'zod';
import type { Dropped, MissedPress } from '../chat/intent.ts';
import { PLATFORM } from './intent.ts';

const Pressed = z.object({
  callback_query: z.object({
    id: z.string().min(1),
    from: z.object({ id: z.int().positive() }),
    // Of a press that cannot be understood all but who pressed may be anything.
    message: z
      .object({ chat: z.object({ id: z.int() }) })
      .nullable()
      .catch(null)
      .default(null),
  }),
});

/** Who pressed what came to nothing, and where; null for an update that is no press, or of nobody. */
export const readMissed = (raw: unknown, bot: number, why: Dropped['dropped']): MissedPress | null => {
  const parsed = Pressed.safeParse(raw);
  if (!parsed.success) return null;
  const { id, from, message } = parsed.data.callback_query;
  return {
    event: `${bot}:press:${id}`,
    account: { platform: PLATFORM, tenant: '', id: String(from.id) },
    chat: message && String(message.chat.id),
    why,
  };
};
