import { hash } from 'node:crypto';
import type { Account } from '#policies/person';
import type { Card } from '../chat/card.ts';
import type { CopyRef, Sent } from '../chat/chat.ts';
import type { Intent } from '../chat/intent.ts';
import type { Clients } from './clients.ts';
import type { Directs } from './directs.ts';
import { PLATFORM } from './intent.ts';
import { WAITS } from './limits.ts';
import { type Rendered, render } from './render.ts';
import { attempt, settle, settleFailure, whyOf } from './settle.ts';

/** What sending takes. `command`: the slash command; `files`: what stands in a chat already, by chat, name and content. */
export type Line = Pick<Clients, 'posts'> & {
  readonly directs: Directs;
  readonly command: string;
  readonly files: Set<string>;
};

/** No previews and no mentions: https://docs.slack.dev/reference/methods/chat.postMessage. */
const PLAIN = { unfurl_links: false, unfurl_media: false, parse: 'none', link_names: false } as const;

const contentOf = ({ text, blocks }: Rendered) => ({ text, blocks: [...blocks], ...PLAIN });

const refTo = (chat: string, message: string | undefined): CopyRef => ({
  platform: PLATFORM,
  chat,
  message: message ?? '',
});

/** The file goes first: no one can press a button before the diff is there to be read. */
export const post = async (line: Line, chat: string, card: Card): Promise<Sent> => {
  const drawn = render(card, line.command);
  const failed = await sendFile(line, { channel_id: chat }, drawn.file);
  if (failed) return failed;
  const posted = await attempt(() => line.posts.chat.postMessage({ channel: chat, ...contentOf(drawn) }));
  return settle(posted, ({ channel, ts }) => refTo(channel ?? chat, ts));
};

/** A file that this chat has not seen yet goes first, into the thread of the card. */
export const edit = async (line: Line, ref: CopyRef, card: Card): Promise<Sent> => {
  const drawn = render(card, line.command);
  const failed = await sendFile(line, { channel_id: ref.chat, thread_ts: ref.message }, drawn.file);
  if (failed) return failed;
  const content = { channel: ref.chat, ts: ref.message, ...contentOf(drawn) };
  return settle(await attempt(() => line.posts.chat.update(content)), () => ref);
};

export const tell = async (line: Line, { id }: Account, card: Card): Promise<Sent> => {
  const direct = await attempt(() => line.directs(id));
  return 'failed' in direct ? settleFailure(direct.failed) : post(line, direct.result, card);
};

type Where = { readonly channel_id: string; readonly thread_ts?: string };

/** Sends a card's file, if it has one, once to a chat, however often the card is tried. Null where it stands there. */
const sendFile = async (line: Line, where: Where, file: Rendered['file']): Promise<Sent | null> => {
  if (file === null) return null;
  const key = `${where.channel_id} ${file.name} ${hash('sha256', file.text)}`;
  if (line.files.has(key)) return null;
  const stored = await store(line, file);
  if ('sent' in stored) return stored;
  const shared = await attempt(() =>
    line.posts.files.completeUploadExternal({ files: [{ id: stored.id, title: file.name }], ...where }),
  );
  if ('failed' in shared) return settleFailure(shared.failed);
  line.files.add(key);
  const [oldest] = line.files;
  if (line.files.size > 1_000 && oldest !== undefined) line.files.delete(oldest);
  return null;
};

/** Hands Slack the bytes. Nobody sees them before they are shared, so whatever went wrong may be tried again. */
const store = async (
  { posts }: Line,
  file: NonNullable<Rendered['file']>,
): Promise<{ id: string } | Sent> => {
  const bytes = Buffer.from(file.text);
  const asked = await attempt(() =>
    posts.files.getUploadURLExternal({ filename: file.name, length: bytes.length }),
  );
  if ('failed' in asked) return settleFailure(asked.failed);
  const { upload_url: url, file_id: id } = asked.result;
  if (url === undefined || id === undefined) return { sent: 'refused', why: 'no address to upload to' };
  const sent = await attempt(() => postTo(url, bytes, 'application/octet-stream'));
  if ('failed' in sent) return { sent: 'unknown', why: whyOf(sent.failed) };
  return sent.result.ok ? { id } : { sent: 'unknown', why: `upload answered ${sent.result.status}` };
};

const postTo = (url: string, body: Buffer | string, type: string): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    // TypeScript's types of a body know no Buffer, which is a Uint8Array.
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': type },
    redirect: 'error',
    signal: AbortSignal.timeout(WAITS.call),
  });

/**
 * The private answer. An interaction is answered at its response_url, which is ephemeral; where there is none, or none any
 * more, the answer stands for that person alone in the channel, or else in the direct message with them. Files only fit there.
 */
export const whisper = async (line: Line, intent: Intent, card: Card): Promise<Sent> => {
  const { place, account, reply } = intent;
  if (render(card, line.command).file !== null) return explain(line, intent, card);
  const answered = reply === '' ? null : await respond(reply, render(card, line.command));
  if (answered !== null && !isNo(answered)) return answered;
  if (place.private) return post(line, place.chat, card);
  const shown = await show(line, intent, card);
  return isNo(shown) ? tell(line, account, card) : shown;
};

/** It surely was not shown. */
const isNo = ({ sent }: Sent): boolean => sent !== 'ok' && sent !== 'unknown';

const show = async (line: Line, { place, account }: Intent, card: Card): Promise<Sent> => {
  const content = { channel: place.chat, user: account.id, ...contentOf(render(card, line.command)) };
  const shown = await attempt(() => line.posts.chat.postEphemeral(content));
  return settle(shown, ({ message_ts: ts }) => refTo('ephemeral', ts));
};

/** What has a file goes to the direct message; where it was asked, its first line says that there is an answer. */
const explain = async (line: Line, intent: Intent, card: Card): Promise<Sent> => {
  const told = await tell(line, intent.account, card);
  if (intent.place.private) return told;
  const { lead, tone } = card;
  const rest = told.sent === 'ok' ? { must: [], more: [], diff: null } : {};
  const brief: Card = { ...card, ...rest, lead, tone, attachment: null, buttons: [] };
  const shown = await whisper(line, intent, told.sent === 'ok' ? brief : { ...brief, diff: null });
  return told.sent === 'ok' ? told : shown;
};

/** Answers at a response_url: 5 times within 30 minutes. https://docs.slack.dev/interactivity/handling-user-interaction */
const respond = async (url: string, { text, blocks }: Rendered): Promise<Sent> => {
  const body = JSON.stringify({
    response_type: 'ephemeral',
    replace_original: false,
    text,
    blocks,
    ...PLAIN,
  });
  const answered = await attempt(() => postTo(url, body, 'application/json'));
  if ('failed' in answered) return settleFailure(answered.failed);
  const { status } = answered.result;
  if (status === 200) return { sent: 'ok', ref: refTo('ephemeral', '') };
  return status >= 500 ? { sent: 'unknown', why: `response_url answered ${status}` } : { sent: 'gone' };
};
