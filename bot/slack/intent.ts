import { z } from 'zod';
import { readWith } from '#policies/read-with';
import type { Dropped, Intent } from '../chat/intent.ts';
import { ACTION } from './limits.ts';
import { afterMention, isVote, lineOf } from './typed.ts';

export const PLATFORM = 'slack';

/** What a bot must know of itself to read a payload. `allows`: may commands come from this channel; `hooks`: is this Slack's. */
export type Reader = {
  readonly team: string;
  readonly bot: { readonly user: string; readonly id: string };
  readonly command: string;
  readonly allows: (channel: string) => boolean;
  readonly hooks: (url: string) => boolean;
  readonly now: () => number;
};

const Id = z.string().regex(/^[A-Z][A-Z0-9]{1,63}$/);
const Person = z.string().regex(/^[UW][A-Z0-9]{1,63}$/);
const Key = z.string().min(1).max(255);
const Ts = z.string().regex(/^\d{1,11}\.\d{1,9}$/);
const Url = z.string().optional().catch(undefined);
const present = z.unknown().optional();

const Said = z.object({
  type: z.literal('event_callback'),
  team_id: Id,
  event_id: Key,
  is_ext_shared_channel: z.boolean().optional(),
  event: z.object({
    type: z.enum(['app_mention', 'message']),
    subtype: z.string().optional(),
    channel_type: z.string().optional(),
    channel: Id,
    user: Person.optional(),
    text: z.string().optional(),
    ts: Ts,
    team: Id.optional(),
    user_team: Id.optional(),
    source_team: Id.optional(),
    bot_id: present,
    bot_profile: present,
    app_id: present,
    edited: present,
  }),
});
type Said = z.infer<typeof Said>;

const Slash = z.object({
  command: z.string(),
  text: z.string(),
  team_id: Id,
  channel_id: Id,
  user_id: Person,
  trigger_id: Key,
  response_url: Url,
});
type Slash = z.infer<typeof Slash>;

const Pressed = z.object({
  type: z.literal('block_actions'),
  team: z.object({ id: Id }),
  user: z.object({ id: Person, team_id: Id.optional() }),
  channel: z.object({ id: Id }),
  container: z.object({ type: z.literal('message'), message_ts: Ts, channel_id: Id }),
  message: z.object({ ts: Ts, user: z.string().optional(), bot_id: z.string().optional() }),
  actions: z
    .array(
      z.object({
        type: z.literal('button'),
        action_id: z.string().startsWith(ACTION),
        value: Key,
        action_ts: Ts,
      }),
    )
    .length(1),
  trigger_id: Key,
  response_url: Url,
});
type Pressed = z.infer<typeof Pressed>;

/**
 * Reads one payload, whatever it holds: what one real person typed or pressed, or why it is dropped. Identity is the id of
 * the person in this workspace; names are never read. Whether that person is a guest no payload says: `door.ts` asks.
 */
export const readIntent = (raw: unknown, reader: Reader): Intent | Dropped => {
  const pressed = readWith(Pressed, raw);
  if (pressed.success) return readPress(pressed.data, reader);
  const slash = readWith(Slash, raw);
  if (slash.success) return readSlash(slash.data, reader);
  const said = readWith(Said, raw);
  return said.success ? readSaid(said.data, reader) : dropped('malformed');
};

const readPress = (press: Pressed, reader: Reader): Intent | Dropped => {
  const { user, channel, container, message, team } = press;
  const [action] = press.actions;
  if (!action) return dropped('malformed');
  if (team.id !== reader.team || (user.team_id ?? team.id) !== reader.team) return dropped('foreign');
  if (!stands(channel.id, reader)) return dropped('chat-not-allowed');
  const ours = message.user === reader.bot.user || message.bot_id === reader.bot.id;
  if (!ours || message.ts !== container.message_ts || channel.id !== container.channel_id)
    return dropped('malformed');
  return {
    ...common(reader, { user: user.id, channel: channel.id }),
    event: `press:${press.trigger_id}`,
    at: msOf(action.action_ts),
    does: { what: 'press', token: action.value, message: message.ts },
    reply: replyOf(press.response_url, reader),
  };
};

const readSlash = (slash: Slash, reader: Reader): Intent | Dropped => {
  if (slash.team_id !== reader.team) return dropped('foreign');
  if (slash.command !== reader.command) return dropped('other-bot');
  if (!stands(slash.channel_id, reader)) return dropped('chat-not-allowed');
  return {
    ...common(reader, { user: slash.user_id, channel: slash.channel_id }),
    event: `slash:${slash.trigger_id}`,
    at: reader.now(),
    // Slack shows what was typed to nobody else, and our answers are ephemeral.
    does: { what: 'line', text: lineOf(slash.text), unseen: true },
    reply: replyOf(slash.response_url, reader),
  };
};

const readSaid = (said: Said, reader: Reader): Intent | Dropped => {
  const { event } = said;
  const why = whyNoPerson(said) ?? whyNotFromHere(said, reader);
  if (why !== undefined) return dropped(why);
  if (event.user === undefined) return dropped('malformed');
  const text = textFor(event, reader);
  if (text === null) return dropped('not-a-command');
  const line = lineOf(text);
  if (isVote(line)) return dropped('vote-by-text');
  const direct = event.type === 'message';
  return {
    ...common(reader, { user: event.user, channel: event.channel }),
    event: `event:${said.event_id}`,
    at: msOf(event.ts),
    does: { what: 'line', text: line, unseen: direct },
    reply: '',
  };
};

/** What was said to the bot; null for talk that is not for it. */
const textFor = ({ type, channel_type, text }: Said['event'], { bot }: Reader): string | null => {
  if (text === undefined || (type === 'message' && channel_type !== 'im')) return null;
  const named = afterMention(text, bot.user);
  return type === 'message' ? (named ?? text) : named;
};

const SUBTYPES: { readonly [subtype: string]: Dropped['dropped'] } = {
  bot_message: 'bot',
  message_changed: 'edited',
  message_deleted: 'edited',
  message_replied: 'edited',
};

/** Why no single person wrote this message themselves, here and now. Workflows and webhooks write as bots. */
const whyNoPerson = ({ event }: Said): Dropped['dropped'] | undefined => {
  const { subtype, bot_id: bot, bot_profile: profile, app_id: app, edited } = event;
  if (bot !== undefined || profile !== undefined || app !== undefined) return 'bot';
  if (subtype !== undefined) return Object.hasOwn(SUBTYPES, subtype) ? SUBTYPES[subtype] : 'not-a-command';
  return edited === undefined ? undefined : 'edited';
};

const whyNotFromHere = (said: Said, reader: Reader): Dropped['dropped'] | undefined => {
  const { event, team_id: team, is_ext_shared_channel: shared } = said;
  const teams = [team, event.team, event.user_team, event.source_team];
  if (shared === true || teams.some((id) => id !== undefined && id !== reader.team)) return 'foreign';
  if (event.type === 'message' && !isDirect(event.channel)) return 'not-a-command';
  return stands(event.channel, reader) ? undefined : 'chat-not-allowed';
};

/** Ids of direct messages begin with D: https://docs.slack.dev/apis/web-api/using-the-conversations-api. */
export const isDirect = (channel: string): boolean => channel.startsWith('D');

/** Direct messages are open to all, so that an account can be linked; everything else must be on the list. */
const stands = (channel: string, { allows }: Reader): boolean => isDirect(channel) || allows(channel);

const common = ({ team }: Reader, { user, channel }: { user: string; channel: string }) => ({
  account: { platform: PLATFORM, tenant: team, id: user },
  place: { platform: PLATFORM, chat: channel, private: isDirect(channel) },
  locale: null,
});

/** Where an interaction can be answered for 30 minutes; never an address that is not Slack's. */
export const replyOf = (url: string | undefined, { hooks }: Pick<Reader, 'hooks'>): string =>
  url !== undefined && hooks(url) ? url : '';

const msOf = (ts: string): number => Math.floor(Number(ts) * 1000);

const dropped = (why: Dropped['dropped']): Dropped => ({ dropped: why });
