import type { Api } from 'grammy';
import type { Card } from '../chat/card.ts';
import type { Sent } from '../chat/chat.ts';
import type { Intent } from '../chat/intent.ts';
import { attempt, type Line, settle, why } from './calls.ts';
import { PLATFORM } from './intent.ts';
import { isToast, renderToast } from './render.ts';
import { type CardLine, post } from './send.ts';

/** The private answer: to a press a toast, if that is enough; everything else in the private chat with the person. */
export const whisper = async (line: CardLine, intent: Intent, card: Card): Promise<Sent> => {
  const own = intent.place.private ? intent.place.chat : intent.account.id;
  if (intent.does.what === 'line') return post(line, own, card);
  if (!isToast(card)) return explain(line, intent, { own, card });
  const toast = { text: renderToast(card, 'lead'), show_alert: card.tone === 'bad' };
  const shown = await stopSpinner(line, intent.reply, toast);
  return shown.sent === 'gone' ? post(line, own, card) : shown;
};

/** A long answer to a press: a message, of which a toast gives the first line; where none may be sent, what fits an alert. */
const explain = async (
  line: CardLine,
  { reply, place }: Intent,
  to: { own: string; card: Card },
): Promise<Sent> => {
  const sent = await post(line, to.own, to.card);
  if (sent.sent !== 'ok')
    return stopSpinner(line, reply, { text: renderToast(to.card, 'all'), show_alert: true });
  await stopSpinner(line, reply, place.private ? {} : { text: renderToast(to.card, 'lead') });
  return sent;
};

/** Answers a press, with a toast or with nothing; the button spins no longer. */
export const stopSpinner = async (
  { api, log }: Line,
  query: string,
  toast: Parameters<Api['answerCallbackQuery']>[1],
): Promise<Sent> => {
  const answer = await attempt(() => api.answerCallbackQuery(query, toast));
  if ('failed' in answer) log.warn({ why: why(answer.failed) }, 'telegram press not answered');
  return settle(answer, () => ({ platform: PLATFORM, chat: 'toast', message: query }));
};
