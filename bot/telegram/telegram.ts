import { Api } from 'grammy';
import type { Logger } from 'pino';
import type { Chat } from '../chat/chat.ts';
import { openReach } from '../chat/reach.ts';
import { whisper } from './answer.ts';
import { dropUpdate } from './drop.ts';
import { addressOf, PLATFORM } from './intent.ts';
import { LIMITS, paceOf, WAITS } from './limits.ts';
import { setMenus } from './menu.ts';
import { poll, reach } from './poll.ts';
import { type CardLine, edit, post } from './send.ts';
import { takeUpdates } from './updates.ts';

export type TelegramParts = {
  /** The bot's token from @BotFather. It appears in no error and no log. */
  readonly token: string;
  /** Groups that commands may come from, by id; private chats are always open, so that one can link an account. */
  readonly chats: readonly string[];
  /** The id that a group has now; another than the configured one when it moved. */
  readonly home: (chat: string) => string;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn'>;
  /** So many messages and edits does a group take in a minute. */
  readonly perMinute: number;
  /** Another Bot API server than Telegram's, without a slash at the end. */
  readonly apiRoot?: string;
};

/** Telegram by long polling. Nothing is sent or received before `start`. */
export const connectTelegram = ({
  token,
  chats,
  home,
  now,
  log,
  perMinute,
  ...root
}: TelegramParts): Chat => {
  const polls = new Api(token, { ...root, timeoutSeconds: WAITS.pollAnswerSeconds });
  const api = new Api(token, { ...root, timeoutSeconds: WAITS.callSeconds });
  const line: CardLine = { api, files: new Map(), log };
  const allows = (group: number): boolean => chats.some((chat) => addressOf(home(chat)).chat === group);
  // Ids of private chats are those of people, which are positive; ids of groups are negative.
  const serves = (chat: number): boolean => chat > 0 || allows(chat);
  const stopping = new AbortController();
  let polling: Promise<void> = Promise.resolve();
  const reached = openReach(now);
  return {
    platform: PLATFORM,
    limits: { ...LIMITS, pace: paceOf(perMinute) },
    start: async (sink, notes) => {
      const bot = await reach(line, stopping.signal);
      const reader = { bot, allows, now };
      reached.up();
      const take = takeUpdates({ sink, notes, reader, drop: dropUpdate(line, now) });
      polling = poll({ ...line, api: polls }, take, { now, reached, signal: stopping.signal });
    },
    down: reached.down,
    menu: (menus) => setMenus(line, menus),
    serves: (chat) => serves(addressOf(chat).chat),
    post: (chat, card) => post(line, chat, card),
    edit: (ref, card) => edit(line, ref, card),
    // A private chat has the number of the person whom it is with.
    tell: ({ id }, card) => post(line, id, card),
    whisper: (intent, card) => whisper(line, intent, card),
    stop: async () => {
      stopping.abort();
      await polling;
    },
  };
};
