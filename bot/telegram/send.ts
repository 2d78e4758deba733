import { hash } from 'node:crypto';
import { InputFile } from 'grammy';
import type { Card } from '../chat/card.ts';
import type { CopyRef, Sent } from '../chat/chat.ts';
import { attempt, type Line, settle } from './calls.ts';
import { addressOf, refTo } from './intent.ts';
import { type Rendered, render } from './render.ts';

/** A line over which cards go. `files`: documents in chats, by chat, name and content. */
export type CardLine = Line & { readonly files: Map<string, number> };

/** The file goes first: no one can press a button before the diff is there to be read. */
export const post = async (line: CardLine, place: string, card: Card): Promise<Sent> => {
  const { html, markup, file } = render(card);
  const sent = await sendFile(line, { place, file, reply: {} });
  if (sent !== null && sent.sent !== 'ok') return sent;
  const { chat, topic } = addressOf(place);
  const reply = sent === null ? {} : replyTo(sent.ref.message);
  const posted = await attempt(() => line.api.sendMessage(chat, html, { ...markup, ...topic, ...reply }));
  return settle(posted, (message) => refTo(place, message.message_id));
};

/** An edit to what is there already is done. A file that this chat has not seen yet goes first, as in `post`. */
export const edit = async (line: CardLine, ref: CopyRef, card: Card): Promise<Sent> => {
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
const sendFile = async ({ api, files }: CardLine, { place, file, reply }: Upload): Promise<Sent | null> => {
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

const replyTo = (message: string) => ({
  reply_parameters: { message_id: Number(message), allow_sending_without_reply: true },
});
