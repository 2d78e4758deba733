import type { CallbackQuery, Chat, Message, MessageEntity, Update, User } from '@grammyjs/types';
import { kindOf, type Queue } from './queue.ts';
import { addPost, nextId, type Post, type Room, type World } from './world.ts';

/** An update as a test writes it: the id may be left to the server. */
type RawUpdate = Omit<Update, 'update_id'> & { update_id?: number };

/** What people do in the chats, as updates for the bot. */
export const createPeople = (world: World, queue: Queue) => {
  const send = (raw: RawUpdate, expiresAt: number): Update => {
    const update: Update = { ...raw, update_id: raw.update_id ?? queue.nextId() };
    queue.enqueue(update, expiresAt);
    return update;
  };

  /**
   * Says something. In a group a bot in privacy mode is told of commands, replies to it and mentions only; the message
   * is in the chat all the same.
   */
  const say = (user: User, chat: Chat, text: string, extras: Partial<Message> = {}): Update => {
    const room = roomOf(world, chat);
    const entities = findCommands(text);
    const message: Partial<Message> = { from: user, text, ...(entities.length > 0 ? { entities } : {}) };
    const post = addPost(world, room, {
      message: { ...message, ...extras },
      html: undefined,
      file: undefined,
    });
    if (room.state.kind === 'stranger') room.state = { kind: 'open' };
    const update = { message: post.message } as RawUpdate; // A message that a person wrote has a sender.
    if (!isTold(world, post.message)) return { ...update, update_id: 0 };
    return send(update, post.message.date * 1000 + world.limits.messageInQueueMs);
  };

  /**
   * Presses a button by its label or its data. A button that is not on the message is an error of the test, except with
   * `extras.data`, as only a forged client would send it.
   */
  const press = (
    user: User,
    chat: Chat,
    messageId: number,
    button: string | Partial<CallbackQuery>,
  ): Update => {
    const post = roomOf(world, chat).posts.get(messageId);
    const extras = typeof button === 'string' ? { data: dataOf(post, button) } : button;
    const id = String(4_400_000_000 + nextId(world));
    world.queries.set(id, { id, user, chatId: chat.id, sentAt: world.now() });
    const query: CallbackQuery = { id, from: user, chat_instance: `instance-${chat.id}`, ...extras };
    if (query.message === undefined)
      query.message = post?.message ?? { chat, message_id: messageId, date: 0 };
    return send({ callback_query: query }, world.now() + world.limits.queryInQueueMs);
  };

  return {
    say,
    press,
    /** Any update at all, however false. */
    forge: (raw: RawUpdate): Update =>
      send(
        raw,
        world.now() +
          (kindOf(raw as Update) === 'callback_query'
            ? world.limits.queryInQueueMs
            : world.limits.messageInQueueMs),
      ),
  };
};

export const roomOf = (world: World, chat: Chat): Room => {
  const room = world.rooms.get(chat.id);
  if (room === undefined) throw new Error(`no chat ${chat.id} in this fake`);
  return room;
};

const dataOf = (post: Post | undefined, wanted: string): string => {
  const buttons = (post?.message.reply_markup?.inline_keyboard ?? []).flat();
  const found = buttons.find(
    (button) => button.text === wanted || ('callback_data' in button && button.callback_data === wanted),
  );
  if (found === undefined || !('callback_data' in found))
    throw new Error(
      `no button "${wanted}" to press; there are: ${buttons.map((button) => button.text).join(', ')}`,
    );
  return found.callback_data;
};

const findCommands = (text: string): MessageEntity[] =>
  [...text.matchAll(/(?<![\w/])\/\w{1,32}(?:@\w+)?/g)].map((match) => ({
    type: 'bot_command',
    offset: match.index,
    length: match[0].length,
  }));

/** Privacy mode, https://core.telegram.org/bots/features#privacy-mode. */
const isTold = (world: World, message: Message): boolean => {
  if (message.chat.type === 'private' || world.bot.can_read_all_group_messages) return true;
  const text = message.text ?? message.caption ?? '';
  const command = /^\/\w+(?:@(\w+))?/.exec(text);
  if (command !== null && (command[1] === undefined || command[1] === world.bot.username)) return true;
  return text.includes(`@${world.bot.username}`) || message.reply_to_message?.from?.id === world.bot.id;
};
