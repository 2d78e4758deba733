/** At most `count` calls in any window of `windowMs`, counted apart for each chat, each group or once for the bot. */
export type Rate = { per: 'chat' | 'group' | 'bot'; count: number; windowMs: number };

/** Everything the server measures. Lengths of text are UTF-16 units, of data bytes, of time ms unless named seconds. */
export type Limits = {
  rawTextBytes: number;
  text: number;
  caption: number;
  toast: number;
  callbackDataBytes: number;
  buttonsPerRow: number;
  buttons: number;
  keyboardBytes: number;
  uploadBytes: number;
  commands: number;
  commandLength: number;
  commandDescription: number;
  updatesPerPoll: number;
  pollSeconds: number;
  repeatedPollMs: number;
  conflictPauseMs: number;
  queryAnswerMs: number;
  queryInQueueMs: number;
  messageInQueueMs: number;
  deleteMs: number;
  rates: readonly Rate[];
};

/** Rates of the FAQ (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this); bursts as observed. */
export const RATES: readonly Rate[] = [
  { per: 'chat', count: 3, windowMs: 3_000 },
  { per: 'group', count: 20, windowMs: 60_000 },
  { per: 'bot', count: 30, windowMs: 1_000 },
];

/**
 * What Telegram enforces. Sizes from https://core.telegram.org/bots/api; keyboard sizes and the wait before a query is
 * too old are undocumented and observed; queue times, poll limits and pauses from Client.cpp of tdlib/telegram-bot-api.
 * Three are off until a test asks for them, because they would slow every other test: `rates` (use `RATES`),
 * `repeatedPollMs` (really 3000: an empty poll that repeats an offset waits) and `conflictPauseMs` (really 3000).
 */
export const LIMITS: Limits = {
  rawTextBytes: 1 << 15,
  text: 4096,
  caption: 1024,
  toast: 200,
  callbackDataBytes: 64,
  buttonsPerRow: 8,
  buttons: 100,
  keyboardBytes: 10_240,
  uploadBytes: 50 << 20,
  commands: 100,
  commandLength: 32,
  commandDescription: 256,
  updatesPerPoll: 100,
  pollSeconds: 50,
  repeatedPollMs: 0,
  conflictPauseMs: 0,
  queryAnswerMs: 15_000,
  queryInQueueMs: 150_000,
  messageInQueueMs: 86_400_000,
  deleteMs: 48 * 3_600_000,
  rates: [],
};
