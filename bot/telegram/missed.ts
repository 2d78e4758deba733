import { z } from 'zod';
import { readWith } from '#policies/read-with';
import type { Dropped, Missed } from '../chat/intent.ts';
import { PLATFORM } from './intent.ts';
import { SHARED_ACCOUNTS } from './limits.ts';

const Chat = z.object({ chat: z.object({ id: z.int() }) });

const Pressed = z.object({
  callback_query: z.object({
    id: z.string().min(1),
    from: z.object({ id: z.int().positive() }),
    // Of a press that cannot be understood all but who pressed may be anything.
    message: Chat.nullable().catch(null).default(null),
  }),
});

/** What one real person typed themselves: nobody stands in for them, and no account that many share. */
const Typed = z.object({
  update_id: z.int(),
  message: Chat.extend({
    from: z.object({
      id: z
        .int()
        .positive()
        .refine((id) => !(id in SHARED_ACCOUNTS)),
      is_bot: z.literal(false),
    }),
    text: z.string().startsWith('/'),
    sender_chat: z.undefined().optional(),
  }),
});

type Why = Dropped['dropped'];

const accountOf = (id: number) => ({ platform: PLATFORM, tenant: '', id: String(id) });

const pressed = (raw: unknown, bot: number, why: Why): Missed | null => {
  const parsed = readWith(Pressed, raw);
  if (!parsed.success) return null;
  const { id, from, message } = parsed.data.callback_query;
  const chat = message && String(message.chat.id);
  return { event: `${bot}:press:${id}`, account: accountOf(from.id), chat, why, did: { what: 'press' } };
};

/** What is typed for another bot is none of our business. */
const typed = (raw: unknown, bot: number, why: Why): Missed | null => {
  const parsed = readWith(Typed, raw);
  if (!parsed.success || why === 'other-bot') return null;
  const { update_id, message } = parsed.data;
  const text = message.text.replace(/^(\/\w+)@\w+/, '$1');
  return {
    event: `${bot}:${update_id}`,
    account: accountOf(message.from.id),
    chat: String(message.chat.id),
    why,
    did: { what: 'line', text, unseen: message.chat.id > 0 },
  };
};

/** Who pressed or typed what came to nothing, and where; null for an update of nobody, and for talk. */
export const readMissed = (raw: unknown, bot: number, why: Why): Missed | null =>
  pressed(raw, bot, why) ?? typed(raw, bot, why);
