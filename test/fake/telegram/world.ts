import type { Chat, InlineKeyboardMarkup, Message, User, UserFromGetMe } from '@grammyjs/types';
import type { Limits } from './limits.ts';

/** A chat as the server knows it, with what befell the bot in it. */
export type Room = {
  chat: Chat;
  members: Set<number>;
  admins: Set<number>;
  topics: Set<number>;
  posts: Map<number, Post>;
  lastMessageId: number;
  state: RoomState;
  /** What everybody may do here, and what the bot may where it is restricted. */
  permissions: Rights;
  restricted: Rights | undefined;
};

/** The two rights that a card needs: https://core.telegram.org/bots/api#chatpermissions */
export type Rights = { can_send_messages: boolean; can_send_documents: boolean };

/** May the bot write here, and if not, why. `stranger`: the person never wrote to the bot. */
export type RoomState =
  | { kind: 'open' }
  | { kind: 'kicked' }
  | { kind: 'left' }
  | { kind: 'blocked' }
  | { kind: 'stranger' }
  | { kind: 'migrated'; to: number };

/** One message: how it looks on the wire, and what the wire does not carry. */
export type Post = {
  message: Message;
  html: string | undefined;
  file: { name: string; bytes: Buffer } | undefined;
  edits: number;
};

export type Query = { id: string; user: User; chatId: number; sentAt: number };

type Toast = { queryId: string; userId: number; text: string; alert: boolean; at: number };

/** All state of one fake server. */
export type World = {
  now: () => number;
  limits: Limits;
  bot: UserFromGetMe;
  users: Map<number, User>;
  rooms: Map<number, Room>;
  queries: Map<string, Query>;
  toasts: Toast[];
  menus: Map<string, readonly { command: string; description: string }[]>;
  webhook: string;
  lastId: number;
};

const BOT_ID = 7_000_000_001;

export const createWorld = (now: () => number, limits: Limits): World => ({
  now,
  limits,
  bot: botUser(),
  users: new Map(),
  rooms: new Map(),
  queries: new Map(),
  toasts: [],
  menus: new Map(),
  webhook: '',
  lastId: 0,
});

/** Ids look like Telegram's: people positive, groups negative, supergroups -100…; never the same twice. */
export const nextId = (world: World): number => ++world.lastId;

export const createRoom = (chat: Chat, members: Iterable<User>): Room => ({
  chat,
  members: new Set([...members].map((member) => member.id)),
  admins: new Set(),
  topics: new Set(),
  posts: new Map(),
  lastMessageId: 0,
  state: { kind: 'open' },
  permissions: { can_send_messages: true, can_send_documents: true },
  restricted: undefined,
});

/** Puts a message into the room under the room's next id; ids are per chat, as in supergroups. */
export const addPost = (
  world: World,
  room: Room,
  post: Omit<Post, 'edits' | 'message'> & { message: Partial<Message> },
): Post => {
  const message = {
    message_id: ++room.lastMessageId,
    date: Math.floor(world.now() / 1000),
    chat: room.chat,
    ...post.message,
  };
  const added: Post = { html: post.html, file: post.file, edits: 0, message };
  room.posts.set(message.message_id, added);
  return added;
};

/** Sets or takes away the inline keyboard; an edit without one takes it away. */
export const setKeyboard = (message: Message, keyboard: InlineKeyboardMarkup | undefined): void => {
  if (keyboard === undefined || keyboard.inline_keyboard.length === 0) delete message.reply_markup;
  else message.reply_markup = keyboard;
};

const botUser = (): UserFromGetMe => ({
  id: BOT_ID,
  is_bot: true,
  first_name: 'Quorate',
  username: 'quorate_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: false,
  supports_join_request_queries: false,
});
