/** Everything the server measures. Lengths in UTF-16 units, files in bytes, times in ms. */
export type Limits = {
  readonly content: number;
  readonly embeds: number;
  readonly embedTitle: number;
  readonly embedText: number;
  readonly embedFields: number;
  readonly embedTotal: number;
  readonly rows: number;
  readonly buttonsInRow: number;
  readonly components: number;
  readonly componentText: number;
  readonly customId: number;
  readonly label: number;
  readonly file: number;
  readonly request: number;
  readonly nonce: number;
  readonly nonceMs: number;
  readonly answerMs: number;
  readonly tokenMs: number;
  readonly commands: number;
  readonly description: number;
  readonly options: number;
  readonly choices: number;
  readonly commandTotal: number;
  /** Requests that one channel takes in a window; null for as many as come. */
  readonly pace: { readonly count: number; readonly windowMs: number } | null;
  readonly heartbeatMs: number;
  readonly identifies: number;
};

/**
 * What Discord enforces: https://discord.com/developers/docs, Message, Components, Receiving and Responding, Application
 * Commands, Gateway. The pace is off until a test asks for it, because it would slow every other test.
 */
export const LIMITS: Limits = {
  content: 2000,
  embeds: 10,
  embedTitle: 256,
  embedText: 4096,
  embedFields: 25,
  embedTotal: 6000,
  rows: 5,
  buttonsInRow: 5,
  components: 40,
  componentText: 4000,
  customId: 100,
  label: 80,
  file: 10 * 2 ** 20,
  request: 25 * 2 ** 20,
  nonce: 25,
  nonceMs: 300_000,
  answerMs: 3_000,
  tokenMs: 900_000,
  commands: 100,
  description: 100,
  options: 25,
  choices: 25,
  commandTotal: 8000,
  pace: null,
  heartbeatMs: 41_250,
  identifies: 1000,
};
