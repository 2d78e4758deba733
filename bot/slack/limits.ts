import type { Limits } from '../chat/chat.ts';

/** Edits a minute that every app may make, and more in bursts: https://docs.slack.dev/apis/web-api/rate-limits (tier 3). */
export const EDITS_PER_MINUTE = 50;

/** What Slack takes: edits of a whole workspace in a minute, and in a channel about one message a second. */
export const paceOf = (perMinute: number): Limits['pace'] => {
  const share = perMinute / EDITS_PER_MINUTE;
  return [
    { per: 'chat', count: Math.ceil(3 * share), windowMs: 3_000 },
    { per: 'all', count: perMinute, windowMs: 60_000 },
  ];
};

/**
 * Sizes that neutral code asks for, in UTF-16 units. A message may hold 40,000, of which about 4,000 are readable
 * (https://docs.slack.dev/reference/methods/chat.postMessage). A channel takes about one message a second in short bursts, and
 * all of a workspace at least 50 edits a minute (https://docs.slack.dev/apis/web-api/rate-limits).
 */
export const LIMITS: Limits = {
  text: 4_000,
  toast: 3_000,
  diffLines: 40,
  editEvery: 1_200,
  // Nothing documented tells one post from another: https://docs.slack.dev/reference/methods/chat.postMessage
  postsOnce: false,
  files: true,
  pace: paceOf(EDITS_PER_MINUTE),
};

/** Most that a card draws into its blocks; no limit of rich text is written down, so this is far below that of a message. */
export const DRAWN = 10_000;

/** Blocks of a message: https://docs.slack.dev/reference/block-kit/blocks. */
export const BLOCKS = { header: 150, text: 3_000, actions: 25, rows: 10 } as const;

/** A button: https://docs.slack.dev/reference/block-kit/block-elements/button-element. */
export const BUTTON = { label: 75, value: 2_000 } as const;

/** All our buttons have an action_id that begins so; those in one block must differ, so their place stands behind it. */
export const ACTION = 'quorate:';

/** How long Slack is waited for (ms): a call that posts, and a question asked within the 3 s of an acknowledgement. */
export const WAITS = { call: 30_000, ask: 1_500 } as const;

/** For how long it is believed what Slack said of a person or a channel (ms): a new guest is one after this time at the latest. */
export const KEPT = 60_000;

/** Pauses (ms) before something that failed is tried again; the last one stays. */
export const PAUSES = [100, 1_000, 2_000, 5_000, 15_000, 60_000] as const;

/** A socket says hello within so long (ms); one that closed earlier than `short` counts as failed. `stop`: how long a stop waits. */
export const SOCKET = { hello: 15_000, short: 5_000, stagger: 15_000, stop: 2_000 } as const;

/** Answers to a token that never gets better: https://docs.slack.dev/reference/methods/auth.test#errors. */
export const TOKEN_REFUSED: readonly string[] = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'user_removed_from_team',
  'team_disabled',
];

/** Answers that say the message, the chat or the person is not there (any more), or can never be written to again. */
export const GONE: readonly string[] = [
  'channel_not_found',
  'invalid_channel',
  'is_archived',
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'user_not_found',
  'user_disabled',
  'user_not_visible',
  'cannot_dm_bot',
];

/** Answers that ask to wait although the status is 200. */
export const TOO_MANY: readonly string[] = ['ratelimited', 'rate_limited', 'message_limit_exceeded'];

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
 * Commands that decide over a change. Anything with a person's token can write messages in their name, so these count only
 * as a press or a slash command, which no token can make.
 */
export const VOTES: readonly string[] = [
  'approve',
  'confirm',
  'deny',
  'code',
  'keep',
  'revert',
  'break_glass',
];

/** Somebody is told at most once in so long (ms) why what they wrote is dropped. */
export const DROPPED_EVERY = 60_000;
