import type { Limits, Pace } from '../chat/chat.ts';

/** Messages and edits that a group takes in a minute: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
const GROUP_PER_MINUTE = 20;

/**
 * A group takes so many a minute, a chat about one a second in short bursts, and all chats together 30 a second (FAQ, as
 * above). Should a group take more or less, so does all the rest.
 */
export const paceOf = (perMinute: number): readonly Pace[] => {
  const share = perMinute / GROUP_PER_MINUTE;
  return [
    { per: 'chat', count: Math.ceil(3 * share), windowMs: 3_000 },
    { per: 'chat', count: perMinute, windowMs: 60_000 },
    { per: 'all', count: Math.ceil(30 * share), windowMs: 1_000 },
  ];
};

/**
 * Sizes that neutral code asks for. Text and toast: https://core.telegram.org/bots/api#sendmessage and
 * #answercallbackquery, in UTF-16 units.
 */
export const LIMITS: Limits = {
  text: 4096,
  toast: 200,
  diffLines: 40,
  editEvery: 1_000,
  // Nothing in the Bot API tells one post from another: https://core.telegram.org/bots/api#sendmessage
  postsOnce: false,
  files: true,
  pace: paceOf(GROUP_PER_MINUTE),
};

/** Most buttons in a row of an inline keyboard; undocumented, more are refused. */
export const BUTTONS_PER_ROW = 8;

/** Longest label that phones show beside a second button; longer ones are cut. */
export const LABEL = 40;

/** The menu: https://core.telegram.org/bots/api#setmycommands and #botcommand. */
export const MENU = { rows: 100, command: /^[a-z0-9_]{1,32}$/, description: 256 } as const;

/** Seconds a poll waits on the server (at most 50) and how long we wait for its answer; and for every other answer. */
export const WAITS = { pollSeconds: 50, pollAnswerSeconds: 65, callSeconds: 30 } as const;

/** Pause (ms) after a poll that failed: doubled each time from `first` up to `most`. */
export const BACKOFF = { first: 1_000, most: 60_000 } as const;

/** Only these updates are asked for; all others are dropped should they come. */
export const UPDATES = ['message', 'callback_query'] as const;

/**
 * Accounts that stand for many people, by id: GroupAnonymousBot, Channel_Bot and the service account of automatic
 * forwards (Client.cpp of https://github.com/tdlib/telegram-bot-api).
 */
export const SHARED_ACCOUNTS = {
  1087968824: 'anonymous',
  136817688: 'channel',
  777000: 'forwarded',
} as const;

/** Answers that say the message, the chat or the press is not there (any more). */
export const GONE = [
  'message to edit not found',
  "message can't be edited",
  'chat not found',
  'message thread not found',
  'query is too old',
] as const;

/** The answer to an edit that changes nothing. */
export const NOT_MODIFIED = 'message is not modified';

/** Answers to a bot token that never gets better: "not found" for one of the wrong form, else "unauthorized". */
export const TOKEN_REFUSED: readonly number[] = [401, 404];

/** Error codes of a connection that never came about: nothing was sent, so it may be sent again. */
export const NOT_SENT: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

/**
 * Two pollers with one token: the pause after each poll that the other ended (ms), doubled from `first` up to `most`; after
 * `quiet` without one it begins anew; it is told once in `tellEvery`, and believed to
 * be there until `near` passed without one: two of its longest pauses.
 */
export const CONFLICT = {
  first: 1_000,
  most: 60_000,
  quiet: 600_000,
  near: 120_000,
  tellEvery: 3_600_000,
} as const;

/** Somebody is told at most once in so long (ms) why what they typed is dropped. */
export const DROPPED_EVERY = 60_000;
