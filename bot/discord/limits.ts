import type { Limits } from '../chat/chat.ts';

/**
 * Sizes that neutral code asks for. All text of a message made of components has 4000 characters at most
 * (https://discord.com/developers/docs/components/reference#text-display); there are no toasts, an answer is a message.
 * How much one channel takes Discord says in headers alone; all together it takes 50 requests a second, answers to interactions
 * not counted (https://discord.com/developers/docs/topics/rate-limits#global-rate-limit).
 */
export const LIMITS: Limits = {
  text: 4000,
  toast: 4000,
  diffLines: 50,
  editEvery: 1_000,
  // A nonce tells one post from another for some minutes: https://discord.com/developers/docs/resources/message#create-message
  postsOnce: true,
  pace: [{ per: 'all', count: 45, windowMs: 1_000 }],
  files: true,
};

/** Buttons: https://discord.com/developers/docs/components/reference#button and #action-row. A message has 40 components. */
export const BUTTONS = { inRow: 5, rows: 5, label: 80, id: 100 } as const;

/** Most bytes of a file that every server takes: https://discord.com/developers/docs/reference#uploading-files */
export const FILE_BYTES = 10 * 2 ** 20;

/** Commands: https://discord.com/developers/docs/interactions/application-commands#application-command-object */
export const COMMANDS = {
  rows: 100,
  options: 25,
  choices: 25,
  description: 100,
  choice: 100,
  name: /^[-_\p{Ll}\p{N}]{1,32}$/u,
} as const;

/** Longest nonce: https://discord.com/developers/docs/resources/message#create-message */
export const NONCE = 25;

/** How long a request may take (ms). The first answer to an interaction counts for three seconds. */
export const WAITS = { call: 15_000, login: 30_000, leave: 2_000 } as const;

/** An answer to an interaction is tried again until it is so old (ms); after 3 s Discord takes none. */
export const ANSWER_WITHIN = 2_500;

/** Pause (ms) after a connection that failed: doubled each time from `first` up to `most`. */
export const BACKOFF = { first: 1_000, most: 60_000 } as const;

/** Connections that end one after the other before we begin anew; the library tries again every 500 ms without end. */
export const CLOSES = 10;

/**
 * Identifying: 1000 times a day, after which Discord takes the token away
 * (https://discord.com/developers/docs/events/gateway#identifying). We stop far before; `every` ms lie between two at least.
 */
export const IDENTIFY = { perDay: 200, every: 5_000, most: 300_000 } as const;

/** Codes of answers: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
export const CODES = {
  unknownInteraction: 10062,
  acknowledged: 40060,
  threadArchived: 50083,
} as const;

/** The chat, the message, the person or the time to answer is not there (any more). */
export const GONE: readonly unknown[] = [
  10003, // channel
  10004, // guild
  10008, // message
  10013, // user
  10015, // webhook: the token of an interaction is over
  10062, // interaction
  50007, // this person takes no messages from us
  50027, // webhook token
  50278, // no server is shared with this person
];

/** Closes of the gateway after which nothing gets better by itself, and what to do. */
export const FATAL: { readonly [code: number]: string } = {
  4004: 'Discord does not know this bot token: copy it again from the page Bot of the application',
  4010: 'Discord: invalid shard',
  4011: 'Discord: this bot is in too many servers for one connection',
  4012: 'Discord: this version of its API is gone',
  4013: 'Discord: invalid intents',
  4014: 'Discord: the intent Guilds is refused',
};

/** Error codes of a connection that never came about: nothing was sent, so it may be sent again. */
export const NOT_SENT: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/**
 * What the bot must be allowed where cards stand: https://discord.com/developers/docs/topics/permissions. It embeds nothing and
 * reads no messages, so it asks for neither.
 */
export const PERMISSIONS = {
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  ATTACH_FILES: 1n << 15n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
} as const;
