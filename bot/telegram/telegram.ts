import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api, GrammyError, HttpError, InputFile } from 'grammy';
import type { LanguageCode, UserFromGetMe } from 'grammy/types';
import type { Logger } from 'pino';
import type { Card } from '../chat/card.ts';
import type { Chat, CopyRef, MenuRow, Sent } from '../chat/chat.ts';
import type { Intent } from '../chat/intent.ts';
import { addressOf, PLATFORM, refTo } from './intent.ts';
import {
  BACKOFF,
  GONE,
  LIMITS,
  MENU,
  NOT_MODIFIED,
  NOT_SENT,
  TOKEN_REFUSED,
  UPDATES,
  WAITS,
} from './limits.ts';
import { isToast, type Rendered, render, renderToast } from './render.ts';
import { type Take, type Taking, takeUpdates } from './updates.ts';

export type TelegramParts = {
  /** The bot's token from @BotFather. It appears in no error and no log. */
  readonly token: string;
  /** Groups that commands may come from, by id; private chats are always open, so that one can link an account. */
  readonly chats: readonly string[];
  /** The id that a group has now; another than the configured one when it moved. */
  readonly home: (chat: string) => string;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn'>;
  /** Another Bot API server than Telegram's, without a slash at the end. */
  readonly apiRoot?: string;
};

/** A client and what must be remembered with it. `files`: documents in chats, by chat, name and content. */
type Line = Pick<TelegramParts, 'log'> & { readonly api: Api; readonly files: Map<string, number> };

/** Telegram by long polling. Nothing is sent or received before `start`. */
export const connectTelegram = ({ token, chats, home, now, log, ...root }: TelegramParts): Chat => {
  const polls = new Api(token, { ...root, timeoutSeconds: WAITS.pollAnswerSeconds });
  const api = new Api(token, { ...root, timeoutSeconds: WAITS.callSeconds });
  const line: Line = { api, files: new Map(), log };
  const allows = (group: number): boolean => chats.some((chat) => addressOf(home(chat)).chat === group);
  // Ids of private chats are those of people, which are positive; ids of groups are negative.
  const serves = (chat: number): boolean => chat > 0 || allows(chat);
  const stopping = new AbortController();
  let polling: Promise<void> = Promise.resolve();
  return {
    platform: PLATFORM,
    limits: LIMITS,
    start: async (sink, notes) => {
      const bot = await reach(line, stopping.signal);
      const reader = { bot, allows, now };
      const take = takeUpdates({ sink, notes, reader, drop: dropUpdate(line) });
      polling = poll({ ...line, api: polls }, take, stopping.signal);
    },
    menu: (rows, locale) => setMenu(line, rows, locale),
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

/** Waits until the platform answers. A token that it does not know never gets better, and is said so. */
const reach = async (line: Line, signal: AbortSignal): Promise<UserFromGetMe> => {
  for (let failures = 0; ; failures += 1) {
    try {
      const bot = await line.api.getMe(forGrammy(signal));
      // Polling is refused while a webhook is set.
      await line.api.deleteWebhook({}, forGrammy(signal));
      return bot;
    } catch (error) {
      if (signal.aborted) throw new Error('Telegram: stopped before it was reached');
      if (error instanceof GrammyError && TOKEN_REFUSED.includes(error.error_code))
        throw new Error(
          `Telegram does not know this bot token (${why(error)}): copy it again from @BotFather`,
        );
      await pauseAfter(line, { error, failures, signal }, 'telegram not reached yet');
    }
  }
};

/** One line in the log, and the button does not spin until it times out; nobody else's update waits for that. */
const dropUpdate =
  (line: Line): Taking['drop'] =>
  (update, why) => {
    const chat = update.message?.chat ?? update.callback_query?.message?.chat;
    line.log.warn({ why, chat: chat?.id }, 'telegram update dropped');
    const query: unknown = update.callback_query?.id;
    if (typeof query === 'string') void stopSpinner(line, query, {});
  };

/** `next`: the first update that is not taken yet. `told`: what Telegram was last told of it, by which it forgets the rest. */
type Place = { next: number; told: number };

/**
 * Own loop instead of `bot.start()`, which ends for good at a 409, goes on after an update that could not be stored,
 * and on `stop()` confirms one that is still being stored. Here an update is confirmed only after `take` resolved:
 * what failed comes again with the next poll, and so does everything behind it.
 */
const poll = async (line: Line, take: Take, signal: AbortSignal): Promise<void> => {
  const place: Place = { next: 0, told: 0 };
  let failures = 0;
  while (!signal.aborted) {
    try {
      await pollOnce(line, take, { place, signal });
      failures = 0;
    } catch (error) {
      if (!signal.aborted) await pauseAfter(line, { error, failures, signal }, 'telegram poll failed');
      failures += 1;
    }
  }
  if (place.next === place.told) return;
  const last = await attempt(() => line.api.getUpdates({ offset: place.next, limit: 1, timeout: 0 }));
  if ('failed' in last) line.log.warn({ why: why(last.failed) }, 'telegram updates will come again');
};

const pollOnce = async (
  line: Line,
  take: Take,
  { place, signal }: { readonly place: Place; readonly signal: AbortSignal },
): Promise<void> => {
  const request = { offset: place.next, timeout: WAITS.pollSeconds, allowed_updates: UPDATES };
  const updates = await line.api.getUpdates(request, forGrammy(signal));
  place.told = request.offset;
  for (const update of updates) {
    if (signal.aborted) return;
    await take(update);
    place.next = update.update_id + 1;
  }
};

type Failed = { readonly error: unknown; readonly failures: number; readonly signal: AbortSignal };

const pauseAfter = async (
  { log }: Line,
  { error, failures, signal }: Failed,
  what: string,
): Promise<void> => {
  const asked = error instanceof GrammyError ? (error.parameters.retry_after ?? 0) * 1000 : 0;
  const pauseMs = Math.max(asked, Math.min(BACKOFF.first * 2 ** failures, BACKOFF.most));
  log.warn({ why: why(error), pauseMs }, what);
  // Rejects only because `signal` ends the pause early, which the caller looks at next.
  await sleep(pauseMs, undefined, { signal }).catch(() => {});
};

/** The menu is a convenience: where it cannot be shown, that is logged and no more. */
const setMenu = async ({ api, log }: Line, rows: readonly MenuRow[], locale: string): Promise<void> => {
  const commands = rows
    .filter((row) => MENU.command.test(row.command))
    .slice(0, MENU.rows)
    .map(({ command, description }) => ({ command, description: description.slice(0, MENU.description) }));
  // Menus in English serve every language that has none of its own. Locales are two letters, as Telegram's codes are.
  const language = locale === 'en' ? {} : { language_code: locale.slice(0, 2) as LanguageCode };
  const answer = await attempt(() => api.setMyCommands(commands, language));
  if ('failed' in answer) log.warn({ why: why(answer.failed) }, 'telegram did not take the menu');
};

/** The file goes first: no one can press a button before the diff is there to be read. */
const post = async (line: Line, place: string, card: Card): Promise<Sent> => {
  const { html, markup, file } = render(card);
  const sent = await sendFile(line, { place, file, reply: {} });
  if (sent !== null && sent.sent !== 'ok') return sent;
  const { chat, topic } = addressOf(place);
  const reply = sent === null ? {} : replyTo(sent.ref.message);
  const posted = await attempt(() => line.api.sendMessage(chat, html, { ...markup, ...topic, ...reply }));
  return settle(posted, (message) => refTo(place, message.message_id));
};

/** An edit to what is there already is done. A file that this chat has not seen yet goes first, as in `post`. */
const edit = async (line: Line, ref: CopyRef, card: Card): Promise<Sent> => {
  const { html, markup, file } = render(card);
  const sent = await sendFile(line, { place: ref.chat, file, reply: replyTo(ref.message) });
  if (sent !== null && sent.sent !== 'ok') return sent;
  const { chat } = addressOf(ref.chat);
  const edited = await attempt(() => line.api.editMessageText(chat, Number(ref.message), html, markup));
  return settle(edited, () => ref, ref);
};

type Upload = {
  readonly place: string;
  readonly file: Rendered['file'];
  readonly reply: Partial<ReturnType<typeof replyTo>>;
};

/** Sends a card's file, if it has one, once to a chat, however often the card is tried. Remembers the last thousand. */
const sendFile = async ({ api, files }: Line, { place, file, reply }: Upload): Promise<Sent | null> => {
  if (file === null) return null;
  const key = `${place} ${file.name} ${hash('sha256', file.text)}`;
  const known = files.get(key);
  if (known !== undefined) return { sent: 'ok', ref: refTo(place, known) };
  const { chat, topic } = addressOf(place);
  const options = { ...topic, ...reply, disable_notification: true };
  const document = new InputFile(Buffer.from(file.text), file.name);
  const sent = await attempt(() => api.sendDocument(chat, document, options));
  if ('result' in sent) files.set(key, sent.result.message_id);
  const [oldest] = files.keys();
  if (files.size > 1_000 && oldest !== undefined) files.delete(oldest);
  return settle(sent, (message) => refTo(place, message.message_id));
};

/** The private answer: to a press a toast, if that is enough; everything else in the private chat with the person. */
const whisper = async (line: Line, intent: Intent, card: Card): Promise<Sent> => {
  const own = intent.place.private ? intent.place.chat : intent.account.id;
  if (intent.does.what === 'line') return post(line, own, card);
  if (!isToast(card)) return explain(line, intent, { own, card });
  const toast = { text: renderToast(card, 'lead'), show_alert: card.tone === 'bad' };
  const shown = await stopSpinner(line, intent.reply, toast);
  return shown.sent === 'gone' ? post(line, own, card) : shown;
};

/** A long answer to a press: a message, of which a toast gives the first line; where none may be sent, what fits an alert. */
const explain = async (
  line: Line,
  { reply, place }: Intent,
  to: { own: string; card: Card },
): Promise<Sent> => {
  const sent = await post(line, to.own, to.card);
  if (sent.sent !== 'ok')
    return stopSpinner(line, reply, { text: renderToast(to.card, 'all'), show_alert: true });
  await stopSpinner(line, reply, place.private ? {} : { text: renderToast(to.card, 'lead') });
  return sent;
};

const stopSpinner = async (
  { api, log }: Line,
  query: string,
  toast: Parameters<Api['answerCallbackQuery']>[1],
): Promise<Sent> => {
  const answer = await attempt(() => api.answerCallbackQuery(query, toast));
  if ('failed' in answer) log.warn({ why: why(answer.failed) }, 'telegram press not answered');
  return settle(answer, () => ({ platform: PLATFORM, chat: 'toast', message: query }));
};

type Attempt<T> = { readonly result: T } | { readonly failed: GrammyError | HttpError };

/** One call. What Telegram or the network said no to is a value; anything else is a fault of ours and thrown. */
const attempt = async <T>(call: () => Promise<T>): Promise<Attempt<T>> => {
  try {
    return { result: await call() };
  } catch (error) {
    if (error instanceof GrammyError || error instanceof HttpError) return { failed: error };
    throw error;
  }
};

/** What an attempt came to. `same`: the message that an edit left as it was, which is as good as edited. */
const settle = <T>(tried: Attempt<T>, ref: (result: T) => CopyRef, same?: CopyRef): Sent => {
  if ('result' in tried) return { sent: 'ok', ref: ref(tried.result) };
  const { failed } = tried;
  if (failed instanceof HttpError) return readNetworkFailure(failed);
  const { retry_after: seconds, migrate_to_chat_id: chat } = failed.parameters;
  if (seconds !== undefined) return { sent: 'wait', ms: seconds * 1000 };
  if (chat !== undefined) return { sent: 'moved', chat: String(chat) };
  if (failed.error_code >= 500) return { sent: 'unknown', why: why(failed) };
  if (same !== undefined && failed.description.includes(NOT_MODIFIED)) return { sent: 'ok', ref: same };
  const gone = GONE.some((words) => failed.description.includes(words));
  return gone ? { sent: 'gone' } : { sent: 'refused', why: why(failed) };
};

const readNetworkFailure = ({ error, message }: HttpError): Sent =>
  typeof error === 'object' && error !== null && 'code' in error && NOT_SENT.includes(error.code)
    ? { sent: 'wait', ms: BACKOFF.first }
    : { sent: 'unknown', why: message };

/** One sentence for the log. Never the error itself: an HttpError carries the address, and with it the token. */
const why = (error: unknown): string => {
  if (error instanceof GrammyError) return error.description;
  return error instanceof Error ? error.message : String(error);
};

const replyTo = (message: string) => ({
  reply_parameters: { message_id: Number(message), allow_sending_without_reply: true },
});

/** grammY types its signals by a polyfill that knows fewer members; it uses none but theirs. */
const forGrammy = (signal: AbortSignal) => signal as unknown as Parameters<Api['getMe']>[0];
