/** At most `count` calls of a method in any window of `windowMs`; `per` the workspace, or each channel. */
export type Rate = { method: string; per: 'team' | 'channel'; count: number; windowMs: number };

/** Everything the server measures. Lengths are UTF-16 units, times ms. */
export type Limits = {
  text: number;
  blocks: number;
  sectionText: number;
  fields: number;
  fieldText: number;
  headerText: number;
  contextElements: number;
  elements: number;
  buttonText: number;
  buttonValue: number;
  id: number;
  ackMs: number;
  hookUses: number;
  hookMs: number;
  sockets: number;
  eventRetryMs: readonly number[];
  rates: readonly Rate[];
};

/**
 * The tiers of the methods that post and edit (https://docs.slack.dev/apis/web-api/rate-limits): about one message a second in a
 * channel with short bursts, tier 3 for edits, tier 4 for ephemeral ones.
 */
export const RATES: readonly Rate[] = [
  { method: 'chat.postMessage', per: 'channel', count: 3, windowMs: 3_000 },
  { method: 'chat.update', per: 'team', count: 50, windowMs: 60_000 },
  { method: 'chat.postEphemeral', per: 'team', count: 100, windowMs: 60_000 },
];

/**
 * What Slack enforces: sizes from https://docs.slack.dev/reference/block-kit, times of answers from
 * https://docs.slack.dev/interactivity/handling-user-interaction, sockets from https://docs.slack.dev/apis/events-api/using-socket-mode.
 * Two are off or short until a test asks for them: `rates` (use `RATES`), and `eventRetryMs` (really at once, 1 min, 5 min).
 */
export const LIMITS: Limits = {
  text: 40_000,
  blocks: 50,
  sectionText: 3000,
  fields: 10,
  fieldText: 2000,
  headerText: 150,
  contextElements: 10,
  elements: 25,
  buttonText: 75,
  buttonValue: 2000,
  id: 255,
  ackMs: 3_000,
  hookUses: 5,
  hookMs: 30 * 60_000,
  sockets: 10,
  eventRetryMs: [20, 100, 300],
  rates: [],
};
