import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dropped, Intent } from '#bot/chat/intent';
import { typedLine } from '#bot/commands/typed-line';
import { readFilling } from '#bot/discord/filling';
import { readIntent as readDiscord } from '#bot/discord/intent';
import { readMissed as missedOnDiscord } from '#bot/discord/missed';
import { readTold } from '#bot/discord/told';
import { readIntent as readSlack } from '#bot/slack/intent';
import { readSender } from '#bot/slack/sender';
import { readIntent as readTelegram } from '#bot/telegram/intent';
import { readMissed as missedOnTelegram } from '#bot/telegram/missed';
import { readMove } from '#bot/telegram/moved';
import { type Recorded, recorded } from './mutate.ts';

const recordings = (platform: string): readonly Recorded[] => {
  const path = join(import.meta.dirname, `../../fixture/chat/${platform}.json`);
  const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(read)) throw new Error(`${path} is no list`);
  return read.map(recorded);
};

/** The value at a place of a payload; undefined where there is none. */
const at = (raw: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((now, key) => {
    if (typeof now !== 'object' || now === null) return undefined;
    const found: unknown = Object.getOwnPropertyDescriptor(now, key)?.value;
    return found;
  }, raw);

/**
 * A platform for the fuzz. `signed`: who the platform itself says it is, and the token that was pressed, by the one place of the
 * payload that counts for an intent of this kind. `allowed`: may an intent come from there?
 */
export type Row = {
  readonly name: string;
  readonly recorded: readonly Recorded[];
  readonly others: readonly unknown[];
  readonly read: (raw: unknown) => Intent | Dropped;
  readonly beside: (raw: unknown) => readonly unknown[];
  readonly signed: (raw: unknown, intent: Intent) => { readonly who: unknown; readonly token: unknown };
  readonly allowed: (raw: unknown, intent: Intent) => boolean;
};

const GUILD = '800000000000000001';
const OPS = '800000000000000002';

const telegram: Row = {
  name: 'Telegram',
  recorded: recordings('telegram'),
  others: [-300, 99, 136_817_688, 777_000, 7, { id: 99, is_bot: false }, { id: -300, type: 'group' }],
  read: (raw) =>
    readTelegram(raw, {
      bot: { id: 7, username: 'quorate_bot' },
      allows: (group) => group === -100,
      now: () => 0,
    }),
  beside: (raw) => [missedOnTelegram(raw, 7, 'malformed'), readMove(raw)],
  signed: (raw, { does }) => ({
    who: String(at(raw, does.what === 'press' ? 'callback_query.from.id' : 'message.from.id')),
    token: at(raw, 'callback_query.data'),
  }),
  allowed: (raw, { place, does }) => {
    const message = does.what === 'press' ? 'callback_query.message' : 'message';
    const stands = [
      'forward_origin',
      ...(does.what === 'press' ? [] : ['sender_chat', 'via_bot', 'edit_date']),
    ];
    if (stands.some((key) => at(raw, `${message}.${key}`) !== undefined)) return false;
    return place.private
      ? at(raw, `${message}.chat.type`) === 'private'
      : /^-100(?:\/-?\d+)?$/.test(place.chat);
  },
};

const discord: Row = {
  name: 'Discord',
  recorded: recordings('discord'),
  others: ['700000000000000009', '800000000000000009', '0', 1, 2, 3, 4, 5, 11, { id: '700000000000000009' }],
  read: (raw) => readDiscord(raw, discordReader),
  beside: (raw) => [missedOnDiscord(raw, 'malformed'), readTold(raw), readFilling(raw, discordReader)],
  signed: (raw) => ({
    who: at(raw, at(raw, 'guild_id') === undefined ? 'user.id' : 'member.user.id'),
    token: at(raw, 'data.custom_id'),
  }),
  allowed: (raw, { place }) => {
    const owner = at(raw, 'authorizing_integration_owners.0');
    if (place.private) return owner === '0' && place.chat === at(raw, 'channel.id');
    const channels = [at(raw, 'channel.id'), at(raw, 'channel.parent_id')];
    return at(raw, 'guild_id') === GUILD && owner === GUILD && channels.includes(OPS);
  },
};

const discordReader = { bot: '900000000000000001', guild: GUILD, channels: [OPS], lineOf: typedLine };

const slackReader = {
  team: 'T0HOME',
  bot: { user: 'U0BOT', id: 'B0BOT' },
  command: '/pve',
  allows: (channel: string) => channel === 'C0OPS',
  hooks: (url: string) => url.startsWith('https://hooks.slack.com/'),
  now: () => 0,
};

/** Where each kind of Slack's payloads says who it is from, and from which workspace. */
const SLACK: { readonly [kind: string]: { readonly who: string; readonly team: string } } = {
  press: { who: 'user.id', team: 'team.id' },
  slash: { who: 'user_id', team: 'team_id' },
  event: { who: 'event.user', team: 'team_id' },
};
const slackPlaces = ({ event }: Intent) => SLACK[event.split(':')[0] ?? ''] ?? { who: '', team: '' };

const slack: Row = {
  name: 'Slack',
  recorded: recordings('slack'),
  others: ['U0ADA', 'W0ADA', 'T0AWAY', 'C0OTHER', 'D0ADA', 'B0BOT', 'U0BOT', 'quorate:1', { id: 'U0ADA' }],
  read: (raw) => readSlack(raw, slackReader),
  beside: (raw) => [readSender(raw, slackReader)],
  signed: (raw, intent) => ({ who: at(raw, slackPlaces(intent).who), token: at(raw, 'actions.0.value') }),
  allowed: (raw, { account, place, reply, ...intent }) =>
    account.tenant === 'T0HOME' &&
    at(raw, slackPlaces({ account, place, reply, ...intent }).team) === 'T0HOME' &&
    (place.chat === 'C0OPS' || (place.private && place.chat.startsWith('D'))) &&
    (reply === '' || reply.startsWith('https://hooks.slack.com/')),
};

export const PLATFORMS: readonly Row[] = [telegram, discord, slack];
