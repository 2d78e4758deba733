import { z } from 'zod';
import { readWith } from '#policies/read-with';
import type { CopyRef } from '../chat/chat.ts';
import type { Dropped, Intent } from '../chat/intent.ts';
import { SHARED_ACCOUNTS } from './limits.ts';

export const PLATFORM = 'telegram';

/** What a bot must know of itself to read an update. `allows`: may commands come from this group, by its id. */
export type Reader = {
  readonly bot: { readonly id: number; readonly username: string };
  readonly allows: (group: number) => boolean;
  readonly now: () => number;
};

// Ids of chats and people have at most 52 significant bits: https://core.telegram.org/bots/api#user
const Id = z.int();
const User = z.object({ id: Id.positive(), is_bot: z.boolean(), language_code: z.string().optional() });
const Chat = z.object({ id: Id, type: z.enum(['private', 'group', 'supergroup', 'channel']) });
const present = z.unknown().optional();

const Message = z.object({
  message_id: Id,
  date: Id,
  chat: Chat,
  from: User.optional(),
  sender_chat: z.object({ id: Id }).optional(),
  text: z.string().optional(),
  message_thread_id: Id.optional(),
  is_topic_message: z.boolean().optional(),
  is_automatic_forward: z.boolean().optional(),
  forward_origin: present,
  via_bot: present,
  edit_date: present,
  business_connection_id: present,
  guest_query_id: present,
});
type Message = z.infer<typeof Message>;

const Query = z.object({
  id: z.string().min(1),
  from: User,
  data: z.string().min(1),
  message: Message,
});

const Update = z.object({
  update_id: Id,
  message: Message.optional(),
  callback_query: Query.optional(),
  edited_message: present,
  channel_post: present,
  edited_channel_post: present,
});

/**
 * Reads one update, whatever it holds: what one real person typed or pressed, or why it is dropped. Identity is
 * `callback_query.from.id`, or `message.from.id` when nobody stands in for the sender; names are never read.
 */
export const readIntent = (raw: unknown, reader: Reader): Intent | Dropped => {
  const parsed = readWith(Update, raw);
  if (!parsed.success) return dropped('malformed');
  const { update_id, message, callback_query: query } = parsed.data;
  if (query !== undefined) return readPress(query, reader);
  if (message !== undefined) return readLine(message, `${reader.bot.id}:${update_id}`, reader);
  if (parsed.data.edited_message !== undefined) return dropped('edited');
  const post = parsed.data.channel_post ?? parsed.data.edited_channel_post;
  return dropped(post === undefined ? 'malformed' : 'channel');
};

const readLine = (message: Message, event: string, reader: Reader): Intent | Dropped => {
  const { from, text, chat } = message;
  const why = whyNoPerson(message) ?? whyNotFromHere(message, reader);
  if (why !== undefined) return dropped(why);
  if (from === undefined) return dropped('malformed');
  if (text === undefined || (chat.type !== 'private' && !text.startsWith('/')))
    return dropped('not-a-command');
  const line = withoutName(text, reader.bot.username);
  if (line === null) return dropped('other-bot');
  return {
    ...common(event, from, message),
    at: message.date * 1000,
    does: { what: 'line', text: line, unseen: chat.type === 'private' },
    reply: '',
  };
};

/** The event is the press itself: should Telegram ever count updates anew, a press is still told from another. */
const readPress = (query: z.infer<typeof Query>, reader: Reader): Intent | Dropped => {
  const { from, message, data, id } = query;
  const why = whyNotFromHere(message, reader);
  if (why !== undefined) return dropped(why);
  if (from.is_bot) return dropped('bot');
  if (message.forward_origin !== undefined) return dropped('forwarded');
  if (message.from !== undefined && message.from.id !== reader.bot.id) return dropped('malformed');
  return {
    ...common(`${reader.bot.id}:press:${id}`, from, message),
    at: reader.now(),
    does: { what: 'press', token: data, message: String(message.message_id) },
    reply: id,
  };
};

const isForwarded = (message: Message): boolean =>
  message.is_automatic_forward === true || message.forward_origin !== undefined;

/** What an account that many people share stands for. */
const sharedAs = (account: number | undefined): Dropped['dropped'] | undefined =>
  Object.entries(SHARED_ACCOUNTS).find(([id]) => Number(id) === account)?.[1];

/** Why no single person wrote this message themselves, here and now. */
const whyNoPerson = (message: Message): Dropped['dropped'] | undefined => {
  const { from, sender_chat: stand_in, chat } = message;
  if (isForwarded(message)) return 'forwarded';
  if (stand_in !== undefined) return stand_in.id === chat.id ? 'anonymous' : 'channel';
  const shared = sharedAs(from?.id);
  if (shared !== undefined) return shared;
  if (from?.is_bot === true || message.via_bot !== undefined) return 'bot';
  return message.edit_date === undefined ? undefined : 'edited';
};

/** Private chats are open to all, so that an account can be linked; everything else must be on the list. */
const whyNotFromHere = (message: Message, reader: Reader): Dropped['dropped'] | undefined => {
  const { chat, business_connection_id: business, guest_query_id: guest } = message;
  if (chat.type === 'channel') return 'channel';
  if (business !== undefined || guest !== undefined) return 'chat-not-allowed';
  return chat.type === 'private' || reader.allows(chat.id) ? undefined : 'chat-not-allowed';
};

/** The line without `@ourname` behind its command; null when it names another bot. */
const withoutName = (text: string, username: string): string | null => {
  const [, command, name, rest = ''] = /^(\/\w+)@(\w+)([\s\S]*)$/.exec(text) ?? [];
  if (command === undefined || name === undefined) return text;
  return name.toLowerCase() === username.toLowerCase() ? command + rest : null;
};

const common = (event: string, from: z.infer<typeof User>, message: Message) => ({
  event,
  account: { platform: PLATFORM, tenant: '', id: String(from.id) },
  place: { platform: PLATFORM, chat: placeOf(message), private: message.chat.type === 'private' },
  locale: from.language_code ?? null,
});

/** A chat, and in a forum the topic too: `-100123` or `-100123/7`. Answers go to the same topic. */
const placeOf = ({ chat, is_topic_message: inTopic, message_thread_id: topic }: Message): string =>
  inTopic === true && topic !== undefined ? `${chat.id}/${topic}` : String(chat.id);

/** Reads back what a place of this platform names, as the API takes it. */
export const addressOf = (place: string): { chat: number; topic: { message_thread_id?: number } } => {
  const [chat, topic] = place.split('/');
  return { chat: Number(chat), topic: topic === undefined ? {} : { message_thread_id: Number(topic) } };
};

/** The name of a message in a place, for neutral code. */
export const refTo = (place: string, message: number): CopyRef => ({
  platform: PLATFORM,
  chat: place,
  message: String(message),
});

const dropped = (why: Dropped['dropped']): Dropped => ({ dropped: why });
