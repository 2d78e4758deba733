import type { Limits } from './limits.ts';

/** A person or bot as the wire shows them. */
export type User = {
  readonly id: string;
  readonly username: string;
  readonly discriminator: string;
  readonly avatar: null;
  readonly global_name: string;
  readonly bot?: boolean;
};

/** A message as the wire shows it, and what the wire does not carry. `seenBy`: the only person who sees it. */
export type Message = {
  id: string;
  author: User;
  content: string;
  embeds: readonly unknown[];
  components: readonly unknown[];
  flags: number;
  files: readonly { readonly name: string; readonly text: string }[];
  nonce: { readonly value: string; readonly at: number } | null;
  seenBy: string | null;
  pings: boolean;
  edits: number;
  readonly at: number;
  readonly webhook?: string;
};

/** Types: 0 text, 1 with one person, 11 a thread. `denied`: what the bot must not do there. */
export type Channel = {
  readonly id: string;
  readonly type: 0 | 1 | 11;
  readonly name: string;
  readonly guild: string | null;
  readonly parent: string | null;
  readonly with: string | null;
  denied: bigint;
  archived: boolean;
  locked: boolean;
  readonly messages: Map<string, Message>;
  /** All that the bot ever posted here. */
  readonly posted: Message[];
};

/** One interaction. `state`: `promised` after a deferred answer. `original`: what `@original` means. */
export type Asked = {
  readonly id: string;
  readonly token: string;
  readonly kind: 'command' | 'button' | 'typing';
  readonly user: User;
  readonly channel: string;
  readonly at: number;
  state: 'open' | 'promised' | 'answered';
  original: { readonly channel: string; readonly message: string } | null;
};

/** All state of one fake server. */
export type World = {
  readonly now: () => number;
  readonly limits: Limits;
  readonly application: string;
  readonly bot: User;
  readonly role: string;
  /** What the role of the bot may do. */
  permissions: bigint;
  readonly guilds: Set<string>;
  readonly users: Map<string, User>;
  readonly closed: Set<string>;
  readonly channels: Map<string, Channel>;
  readonly asked: Map<string, Asked>;
  readonly completions: { readonly user: string; readonly choices: readonly unknown[] }[];
  readonly commands: Map<string, readonly object[]>;
  registrations: number;
  identified: number;
  lastId: bigint;
};

/** 1 January 2015 (ms). */
const EPOCH = 1_420_070_400_000n;

/** An id that says when it was made, never the same twice. */
export const nextId = (world: Pick<World, 'now' | 'lastId'>): string => {
  world.lastId += 1n;
  return String(((BigInt(Math.floor(world.now())) - EPOCH) << 22n) | (world.lastId & 0x3fffffn));
};

/** VIEW_CHANNEL, SEND_MESSAGES, EMBED_LINKS, ATTACH_FILES, READ_MESSAGE_HISTORY, SEND_MESSAGES_IN_THREADS. */
export const PERMISSIONS = {
  view: 1n << 10n,
  send: 1n << 11n,
  embed: 1n << 14n,
  attach: 1n << 15n,
  history: 1n << 16n,
  threads: 1n << 38n,
} as const;

export const createWorld = (now: () => number, limits: Limits): World => {
  const seed = { now, lastId: 0n };
  const bot = userOf(nextId(seed), 'Quorate', true);
  return {
    ...seed,
    limits,
    bot,
    application: bot.id,
    role: nextId(seed),
    permissions: Object.values(PERMISSIONS).reduce((all, one) => all | one, 0n),
    guilds: new Set(),
    users: new Map([[bot.id, bot]]),
    closed: new Set(),
    channels: new Map(),
    asked: new Map(),
    completions: [],
    commands: new Map(),
    registrations: 0,
    identified: 0,
  };
};

export const userOf = (id: string, name: string, bot = false): User => ({
  id,
  username: name.toLowerCase(),
  discriminator: '0',
  avatar: null,
  global_name: name,
  ...(bot ? { bot } : {}),
});

export const addChannel = (
  world: World,
  channel: Pick<Channel, 'type' | 'name' | 'guild' | 'parent' | 'with'>,
): Channel => {
  const made: Channel = {
    id: nextId(world),
    ...channel,
    denied: 0n,
    archived: false,
    locked: false,
    messages: new Map(),
    posted: [],
  };
  world.channels.set(made.id, made);
  return made;
};

/** A message on the wire. */
export const wireOf = (channel: string, message: Message) => ({
  id: message.id,
  channel_id: channel,
  author: message.author,
  content: message.content,
  timestamp: new Date(message.at).toISOString(),
  edited_timestamp: message.edits === 0 ? null : new Date(message.at).toISOString(),
  tts: false,
  mention_everyone: false,
  mentions: [],
  mention_roles: [],
  attachments: message.files.map(({ name, text }, index) => ({
    id: String(BigInt(message.id) + BigInt(index) + 1n),
    filename: name,
    size: Buffer.byteLength(text),
    url: `https://cdn.invalid/${name}`,
    proxy_url: `https://cdn.invalid/${name}`,
  })),
  embeds: message.embeds,
  pinned: false,
  type: 0,
  flags: message.flags,
  components: message.components,
  ...(message.nonce === null ? {} : { nonce: message.nonce.value }),
  ...(message.webhook === undefined ? {} : { webhook_id: message.webhook }),
});

/** A channel on the wire. */
export const channelWire = (world: World, channel: Channel) => ({
  id: channel.id,
  type: channel.type,
  ...(channel.guild === null ? {} : { guild_id: channel.guild, name: channel.name, position: 0 }),
  parent_id: channel.parent,
  permission_overwrites:
    channel.denied === 0n ? [] : [{ id: world.bot.id, type: 1, allow: '0', deny: String(channel.denied) }],
  ...(channel.type === 11
    ? { thread_metadata: { archived: channel.archived, locked: channel.locked, auto_archive_duration: 60 } }
    : {}),
  ...(channel.with === null ? {} : { recipients: [world.users.get(channel.with)] }),
});
