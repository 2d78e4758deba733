import { z } from 'zod';
import { readWith } from '#policies/read-with';

const Moved = z.object({
  message: z.object({
    chat: z.object({ id: z.int() }),
    migrate_to_chat_id: z.int().optional(),
    migrate_from_chat_id: z.int().optional(),
  }),
});

/** A group's old and new id. */
export type Move = { readonly from: number; readonly to: number };

/**
 * What the service message says that Telegram puts into both chats when a group becomes a supergroup; null for any other
 * update. https://core.telegram.org/bots/api#message, migrate_to_chat_id
 */
export const readMove = (raw: unknown): Move | null => {
  const parsed = readWith(Moved, raw);
  if (!parsed.success) return null;
  const { chat, migrate_to_chat_id: to, migrate_from_chat_id: from } = parsed.data.message;
  if (to !== undefined) return { from: chat.id, to };
  return from === undefined ? null : { from, to: chat.id };
};
