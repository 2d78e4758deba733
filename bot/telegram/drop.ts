import type { Update } from 'grammy/types';
import { z } from 'zod';
import type { Account } from '#policies/person';
import { readWith } from '#policies/read-with';
import { countDrops } from '../chat/count-drops.ts';
import { stopSpinner } from './answer.ts';
import { PLATFORM } from './intent.ts';
import { DROPPED_EVERY, SHARED_ACCOUNTS } from './limits.ts';
import { renderToast } from './render.ts';
import { type CardLine, post } from './send.ts';
import type { Taking } from './updates.ts';

const Sender = z.object({
  id: z.int().positive(),
  is_bot: z.boolean().catch(false),
  language_code: z.string().nullable().catch(null).default(null),
});
const Typed = z.object({
  message: z.object({
    from: Sender,
    text: z.string().startsWith('/'),
    sender_chat: z.undefined().optional(),
  }),
});
const Pressed = z.object({ callback_query: z.object({ id: z.string().min(1), from: Sender }) });

type Told = { readonly account: Account; readonly locale: string | null; readonly query: string | null };

/** Whom a dropped update is from, where that is one real person who meant us; `query`: the press that can be answered. */
const readTold = (raw: unknown): Told | null => {
  const pressed = readWith(Pressed, raw);
  const typed = readWith(Typed, raw);
  const from = pressed.data?.callback_query.from ?? typed.data?.message.from;
  if (from === undefined || from.is_bot || from.id in SHARED_ACCOUNTS) return null;
  const account = { platform: PLATFORM, tenant: '', id: String(from.id) };
  return { account, locale: from.language_code, query: pressed.data?.callback_query.id ?? null };
};

/** A press of nobody known spins no longer either. */
const stopUnread = (line: CardLine, query: unknown): void => {
  if (typeof query === 'string') void stopSpinner(line, query, {});
};

const chatOf = ({ message, callback_query: query }: Update): number | undefined =>
  (message ?? query?.message)?.chat?.id;

/** Lines for which a person is told why they came to nothing; of all others the platform's other users type many. */
const WORTH_A_WORD = ['forwarded', 'bot', 'edited', 'channel'];

/**
 * One line in the log with its number, and a private word where one can be said: a press is answered on the button, which spins no longer; who
 * typed is written to, now and then. Nobody else's update waits for that.
 */
export const dropUpdate = (line: CardLine, now: () => number): Taking['drop'] => {
  const counted = countDrops();
  const last = new Map<string, number>();
  const isDue = (id: string): boolean => {
    for (const [key, at] of last) if (now() - at >= DROPPED_EVERY) last.delete(key);
    return !last.has(id) && Boolean(last.set(id, now()));
  };
  return (update, why, notes) => {
    line.log.warn({ why, chat: chatOf(update), count: counted(why) }, 'telegram update dropped');
    const told = readTold(update);
    if (told === null) return stopUnread(line, update.callback_query?.id);
    const { account, query } = told;
    const word = () => notes.dropped(told, why);
    if (query !== null)
      void stopSpinner(line, query, { text: renderToast(word(), 'lead'), show_alert: true });
    else if (WORTH_A_WORD.includes(why) && isDue(account.id)) void post(line, account.id, word());
  };
};
