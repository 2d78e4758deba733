import { z } from 'zod';
import type { CopyRef } from '../chat/chat.ts';
import type { Dropped, Intent, Place } from '../chat/intent.ts';
import { bornAt, type Interaction, isChatInput, type Person, readInteraction } from './interaction.ts';

export const PLATFORM = 'discord';

/**
 * What a bot must know to read an interaction. `bot`: its own account. `lineOf`: a command with what was chosen in its
 * fields as a line that is typed; null for one that there is not.
 */
export type Reader = {
  readonly bot: string;
  readonly guild: string;
  readonly channels: readonly string[];
  readonly lineOf: (command: string, values: { readonly [option: string]: string }) => string | null;
};

/**
 * Reads one interaction, whatever it holds: what one real person chose or pressed, or why it is dropped. Who it is Discord
 * itself says in `member.user.id`, in our private chat with somebody in `user.id`; names are never read.
 */
export const readIntent = (raw: unknown, reader: Reader): Intent | Dropped => {
  const interaction = readInteraction(raw);
  if (interaction === null) return { dropped: 'malformed' };
  const from = whoAndWhere(interaction, reader);
  if ('dropped' in from) return from;
  const does = whatDone(interaction, reader);
  if ('dropped' in does) return does;
  const { id, application_id: app, token } = interaction;
  return {
    event: id,
    account: { platform: PLATFORM, tenant: '', id: from.person.id },
    place: from.place,
    at: bornAt(id),
    locale: interaction.locale ?? null,
    does,
    reply: JSON.stringify({ id, app, token } satisfies Reply),
  };
};

type From = { readonly person: Person; readonly place: Place };

/** The one person and the place, if both may be heard. */
export const whoAndWhere = (interaction: Interaction, reader: Reader): From | Dropped => {
  const person = personIn(interaction);
  if (person === null) return { dropped: 'malformed' };
  if (person.bot === true || person.system === true) return { dropped: 'bot' };
  const chat = chatOf(interaction, reader);
  if (chat === null) return { dropped: 'chat-not-allowed' };
  const isPrivate = interaction.guild_id === undefined;
  return { person, place: { platform: PLATFORM, chat, private: isPrivate } };
};

/** In a server it is the member and never anybody else, in a private chat the user; both at once is nothing Discord sends. */
export const personIn = ({ guild_id: guild, member, user }: Interaction): Person | null => {
  const person = guild === undefined ? user : member?.user;
  const other = guild === undefined ? member?.user : user;
  return person === undefined || (other !== undefined && other.id !== person.id) ? null : person;
};

/**
 * Where it happened, if this bot was put there by the server itself. Somebody who installed the application for themselves
 * can use it on any server; `authorizing_integration_owners` ("0": by a server) tells that apart.
 * https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-authorizing-integration-owners-object
 */
const chatOf = (interaction: Interaction, { guild, channels }: Reader): string | null => {
  const { guild_id: where, channel, authorizing_integration_owners: owners, data } = interaction;
  if (where === undefined) return owners['0'] === '0' && channel.type === DM ? channel.id : null;
  const servers = [where, owners['0'], data?.guild_id ?? guild];
  return servers.every((server) => server === guild) ? channelIn(channel, channels) : null;
};

/** A configured channel, or a thread below one. */
const channelIn = (
  { id, type, parent_id: parent }: Interaction['channel'],
  channels: readonly string[],
): string | null => {
  if (channels.includes(id)) return id;
  const isBelow = THREADS.includes(type) && typeof parent === 'string' && channels.includes(parent);
  return isBelow ? `${parent}/${id}` : null;
};

/** Types of channels: https://discord.com/developers/docs/resources/channel#channel-object-channel-types */
const DM = 1;
const THREADS: readonly number[] = [10, 11, 12];

const whatDone = (interaction: Interaction, reader: Reader): Intent['does'] | Dropped => {
  const { data, message } = interaction;
  if (data?.custom_id !== undefined) {
    // Buttons under a message of anybody else are not ours, whatever they carry.
    if (message?.author.id !== reader.bot || data.component_type !== BUTTON) return { dropped: 'malformed' };
    return { what: 'press', token: data.custom_id, message: message.id };
  }
  return lineIn(interaction, reader);
};

const lineIn = (interaction: Interaction, reader: Reader): Intent['does'] | Dropped => {
  const { data } = interaction;
  if (!isChatInput(interaction) || data?.name === undefined) return { dropped: 'not-a-command' };
  const values = Object.fromEntries((data.options ?? []).map(({ name, value }) => [name, String(value)]));
  const text = reader.lineOf(data.name, values);
  // Discord shows to nobody else what was filled in, and our answer neither.
  return text === null ? { dropped: 'not-a-command' } : { what: 'line', text, unseen: true };
};

const BUTTON = 2;

/** What answers an interaction: its id, our application and a token that is worth 15 minutes. */
export type Reply = { readonly id: string; readonly app: string; readonly token: string };

const Reply = z.object({ id: z.string(), app: z.string(), token: z.string() });

/** Reads back what an intent carries for its answer; null for what is none of ours. */
export const readReply = (text: string): Reply | null => {
  try {
    return Reply.parse(JSON.parse(text));
  } catch {
    // Whatever it is, it cannot be answered by.
    return null;
  }
};

/** The channel that a place of this platform names: that of the thread, where it is one. */
export const channelOf = (place: string): string => place.slice(place.indexOf('/') + 1);

/** The configured channel under which a place is. */
export const homeOf = (place: string): string => place.split('/')[0] ?? place;

/** The name of a message in a place, for neutral code. */
export const refTo = (place: string, message: string): CopyRef => ({
  platform: PLATFORM,
  chat: place,
  message,
});
