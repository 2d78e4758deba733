import { Api } from 'grammy';
import type { ChatFullInfo, ChatMember, UserFromGetMe } from 'grammy/types';
import type { Checked } from '../chat/check.ts';
import { type Attempt, attempt, why } from './calls.ts';
import { addressOf } from './intent.ts';
import { WAITS } from './limits.ts';
import type { TelegramParts } from './telegram.ts';

type Checking = Pick<TelegramParts, 'token' | 'chats' | 'apiRoot'>;

/** What a card needs: https://core.telegram.org/bots/api#chatpermissions */
const NEEDED = ['can_send_messages', 'can_send_documents'] as const;

/** In the words of the API, what Telegram said no to; a group that moved is named by its new id. */
const saidNo = ({ failed }: Extract<Attempt<unknown>, { failed: unknown }>): string => {
  const moved = 'parameters' in failed ? failed.parameters.migrate_to_chat_id : undefined;
  return moved === undefined ? why(failed) : `migrate_to_chat_id: ${moved}`;
};

/** Which of the rights that a card needs the bot lacks; an administrator of a group may always write. */
const lacking = (member: ChatMember, { permissions }: ChatFullInfo): readonly string[] => {
  if (member.status === 'administrator' || member.status === 'creator') return [];
  const own = member.status === 'restricted' ? member : undefined;
  return NEEDED.filter((right) => permissions?.[right] === false || own?.[right] === false);
};

const checkChat = async (
  api: Api,
  bot: UserFromGetMe,
  place: string,
): Promise<{ good: string } | { bad: string }> => {
  const { chat: id } = addressOf(place);
  const chat = await attempt(() => api.getChat(id));
  if ('failed' in chat) return { bad: `${saidNo(chat)} (@${bot.username}, ${place})` };
  const { type, title = '' } = chat.result;
  if (type !== 'group' && type !== 'supergroup')
    return { bad: `group or supergroup, not ${type} (${place})` };
  const member = await attempt(() => api.getChatMember(id, bot.id));
  if ('failed' in member) return { bad: `${saidNo(member)} (@${bot.username}, ${place})` };
  const { status } = member.result;
  if (status === 'left' || status === 'kicked') return { bad: `@${bot.username} is ${status} (${title})` };
  const missing = lacking(member.result, chat.result);
  return missing.length > 0
    ? { bad: `${missing.join(', ')} (${title})` }
    : { good: `${title}, ${type}, ${status}` };
};

/** Polling is refused while a webhook is set, so the bot takes it away when it starts; whoever set it hears no more. */
const checkWebhook = async (api: Api): Promise<{ good: string } | { bad: string }> => {
  const info = await attempt(() => api.getWebhookInfo());
  if ('failed' in info) return { bad: saidNo(info) };
  return info.result.url ? { bad: `a token of its own: webhook ${info.result.url}` } : { good: 'no webhook' };
};

const privacyOf = ({ can_read_all_group_messages: all }: UserFromGetMe): string =>
  all ? 'every message in a group, more than is needed: /setprivacy' : 'commands and mentions';

/** Looks at the token, who else may use it, what the bot is told, and each chat. Never throws for what Telegram says no to. */
export const checkTelegram = async ({ token, chats, ...root }: Checking): Promise<readonly Checked[]> => {
  const api = new Api(token, { ...root, timeoutSeconds: WAITS.callSeconds });
  const at = 'bot.telegram.token';
  const me = await attempt(() => api.getMe());
  if ('failed' in me) return [{ at, thing: 'token', bad: `${saidNo(me)} (@BotFather, /token)` }];
  const bot = me.result;
  const inChats = await Promise.all(
    chats.map(
      async (place, index): Promise<Checked> => ({
        at: `bot.telegram.chats[${index}]`,
        thing: 'chat',
        ...(await checkChat(api, bot, place)),
      }),
    ),
  );
  return [
    { at, thing: 'token', good: `@${bot.username}` },
    { at, thing: 'token', ...(await checkWebhook(api)) },
    { at, thing: 'intents', good: privacyOf(bot) },
    ...inChats,
  ];
};
