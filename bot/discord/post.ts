import { hash } from 'node:crypto';
import { type APIMessage, DiscordAPIError, type RawFile, type REST, Routes } from 'discord.js';
import type { Card } from '../chat/card.ts';
import type { CopyRef, Sent } from '../chat/chat.ts';
import { type Attempt, type Call, dropOldest, settle } from './call.ts';
import { channelOf, refTo } from './intent.ts';
import { CODES, NONCE } from './limits.ts';
import { type Rendered, render } from './render.ts';

/** A whole message, for a post or an edit alike: what it had before and has no more is taken away. */
export const messageOf = ({ body, file }: Rendered, more: object = {}) => {
  const attachments = file === null ? [] : [{ id: '0', filename: file.name }];
  const files: RawFile[] =
    file === null
      ? []
      : [{ name: file.name, data: Buffer.from(file.text), contentType: 'text/plain; charset=utf-8' }];
  return { body: { ...body, attachments, ...more }, files };
};

/** The same for the same post in the same channel: Discord gives back the message that it made of it within some minutes. */
const nonceOf = (place: string, once: string): string =>
  hash('sha256', `${place} ${once}`, 'base64url').slice(0, NONCE);

/** Is this the card that was sent, and not an older one that was found by its nonce? */
const shows = (message: APIMessage, { body, file }: Rendered): boolean =>
  JSON.stringify(seen(message.components)) === JSON.stringify(seen(body.components)) &&
  message.attachments.map(({ filename }) => filename).join() === (file?.name ?? '');

/** What people read and press in components, in order; Discord adds ids and defaults of its own to the rest. */
const seen = (part: unknown): readonly string[] => {
  if (Array.isArray(part)) return part.flatMap(seen);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) =>
    ['content', 'label', 'custom_id'].includes(name) && typeof value === 'string'
      ? [value]
      : name === 'components'
        ? seen(value)
        : [],
  );
};

/** The way to channels. `gone`: messages that were looked for and are not there, the last thousand. */
export type Line = { readonly call: Call; readonly gone: Map<string, unknown> };

type Posting = { readonly card: Card; readonly once?: string | undefined };

/** Posts a card with its file as one message: no one can press a button before the diff is there to be read. */
export const post = async (line: Line, place: string, { card, once }: Posting): Promise<Sent> => {
  const { call, gone } = line;
  const drawn = render(card);
  const nonce = once === undefined ? {} : { nonce: nonceOf(place, once), enforce_nonce: true };
  const posted = await call<APIMessage>((rest) =>
    rest.post(Routes.channelMessages(channelOf(place)), messageOf(drawn, nonce)),
  );
  const sent = settle(posted, ({ id }) => refTo(place, id));
  if (sent.sent !== 'ok' || !('result' in posted)) return sent;
  // A message that somebody deleted is posted anew; its nonce still names it.
  if (gone.has(sent.ref.message)) return post(line, place, { card });
  return shows(posted.result, drawn) ? sent : edit(line, sent.ref, card);
};

/** Edits a card in place. A thread that went to sleep is woken for that, where we may. */
export const edit = async (line: Line, ref: CopyRef, card: Card): Promise<Sent> => {
  const { call } = line;
  const channel = channelOf(ref.chat);
  const patch = (rest: REST): Promise<unknown> =>
    rest.patch(Routes.channelMessage(channel, ref.message), messageOf(render(card)));
  const edited = await call(patch);
  if (!isAsleep(edited)) return settleEdit(line, ref, edited);
  const woken = await call((rest) => rest.patch(Routes.channel(channel), { body: { archived: false } }));
  return settle('result' in woken ? await call(patch) : woken, () => ref);
};

const settleEdit = ({ gone }: Line, ref: CopyRef, edited: Attempt<unknown>): Sent => {
  const sent = settle(edited, () => ref);
  if (sent.sent === 'gone') gone.set(ref.message, true);
  dropOldest(gone, 1_000);
  return sent;
};

const isAsleep = (tried: Attempt<unknown>): boolean =>
  'failed' in tried && tried.failed instanceof DiscordAPIError && tried.failed.code === CODES.threadArchived;
