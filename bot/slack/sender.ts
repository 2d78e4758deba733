import { z } from 'zod';
import type { Account } from '#policies/person';
import { readWith } from '#policies/read-with';
import type { Missed } from '../chat/intent.ts';
import { isDirect, PLATFORM, type Reader, replyOf } from './intent.ts';
import { afterMention, lineOf } from './typed.ts';

/** Who sent what became no intent, as far as that is known: for the private word and the record. */
export type Sender = {
  readonly event: string;
  readonly account: Account;
  readonly chat: string | null;
  readonly reply: string;
  readonly did: Missed['did'];
};

const Id = z.string().min(1).max(64);
const MaybeId = Id.optional().catch(undefined);
const Url = z.string().optional().catch(undefined);

const Press = z.object({
  type: z.literal('block_actions'),
  trigger_id: z.string().min(1).max(255),
  user: z.object({ id: Id, team_id: MaybeId }),
  team: z.object({ id: MaybeId }).optional().catch(undefined),
  // Of a press that cannot be understood all but who pressed may be anything.
  channel: z.object({ id: MaybeId }).optional().catch(undefined),
  response_url: Url,
});

const Slash = z.object({
  command: z.string(),
  text: z.string().catch(''),
  trigger_id: z.string().min(1).max(255),
  user_id: Id,
  team_id: MaybeId,
  channel_id: MaybeId,
  response_url: Url,
});

const Said = z.object({
  event_id: z.string().min(1).max(255),
  event: z.object({
    user: Id,
    channel: MaybeId,
    team: MaybeId,
    user_team: MaybeId,
    text: z.string().catch('').default(''),
  }),
});

const senderOf = (user: string, tenant: string | undefined): Account => ({
  platform: PLATFORM,
  tenant: tenant ?? '',
  id: user,
});

const ofPress = (raw: unknown, reader: Reader): Sender | null => {
  const press = readWith(Press, raw);
  if (!press.success) return null;
  const { user, team, channel, trigger_id: id, response_url: url } = press.data;
  return {
    event: `press:${id}`,
    account: senderOf(user.id, user.team_id ?? team?.id),
    chat: channel?.id ?? null,
    reply: replyOf(url, reader),
    did: { what: 'press' },
  };
};

const ofSlash = (raw: unknown, reader: Reader): Sender | null => {
  const slash = readWith(Slash, raw);
  if (!slash.success) return null;
  const {
    user_id: user,
    team_id: team,
    channel_id: chat = null,
    text,
    trigger_id: id,
    response_url: url,
  } = slash.data;
  return {
    event: `slash:${id}`,
    account: senderOf(user, team),
    chat,
    reply: replyOf(url, reader),
    // Slack shows what was typed to nobody else.
    did: { what: 'line', text: lineOf(text), unseen: true },
  };
};

/** What was said to the bot: behind its name, or alone with it. Talk of people, if any of it is not, begins with no slash. */
const saidTo = (text: string, channel: string | undefined, { bot }: Reader): string => {
  const named = afterMention(text, bot.user);
  if (named !== null) return lineOf(named);
  return channel !== undefined && isDirect(channel) ? lineOf(text) : text;
};

const ofEvent = (raw: unknown, reader: Reader): Sender | null => {
  const said = readWith(Said, raw);
  if (!said.success) return null;
  const { event, event_id: id } = said.data;
  const account = senderOf(event.user, event.user_team ?? event.team ?? reader.team);
  const { channel } = event;
  const unseen = channel !== undefined && isDirect(channel);
  const did = { what: 'line', text: saidTo(event.text, channel, reader), unseen } as const;
  return { event: `event:${id}`, account, chat: channel ?? null, reply: '', did };
};

/** Reads as little as it takes; null where nobody can be named. A foreigner is named with their own workspace. */
export const readSender = (raw: unknown, reader: Reader): Sender | null =>
  ofPress(raw, reader) ?? ofSlash(raw, reader) ?? ofEvent(raw, reader);
