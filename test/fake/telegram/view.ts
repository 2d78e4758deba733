import type { Chat, MessageEntity } from '@grammyjs/types';
import { roomOf } from './people.ts';
import type { Post, World } from './world.ts';

type SeenButton = { text: string; data: string | undefined; style: string | undefined };

/** A message as a person sees it now. Deleted ones are not seen. `html` is what the bot sent, before parsing. */
export type Seen = {
  id: number;
  fromBot: boolean;
  text: string;
  html: string | undefined;
  entities: readonly MessageEntity[];
  buttons: readonly (readonly SeenButton[])[];
  document: { name: string; bytes: Buffer } | undefined;
  edits: number;
  at: number;
  threadId: number | undefined;
  replyTo: number | undefined;
};

/** All messages of a chat in order. */
export const seenIn = (world: World, chat: Chat): Seen[] =>
  [...roomOf(world, chat).posts.values()].map((post) => see(world, post));

const see = (world: World, { message, html, file, edits }: Post): Seen => ({
  id: message.message_id,
  fromBot: message.from?.id === world.bot.id,
  text: message.text ?? message.caption ?? '',
  html,
  entities: message.entities ?? message.caption_entities ?? [],
  buttons: (message.reply_markup?.inline_keyboard ?? []).map((row) =>
    row.map((button) => ({
      text: button.text,
      data: 'callback_data' in button ? button.callback_data : undefined,
      style: button.style,
    })),
  ),
  document: file,
  edits,
  at: message.date * 1000,
  threadId: message.message_thread_id,
  replyTo: message.reply_to_message?.message_id,
});
