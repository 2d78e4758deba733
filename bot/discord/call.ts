import { setTimeout as sleep } from 'node:timers/promises';
import { DiscordAPIError, HTTPError, RateLimitError, REST } from 'discord.js';
import type { CopyRef, Sent } from '../chat/chat.ts';
import { BACKOFF, GONE, NOT_SENT, WAITS } from './limits.ts';

/** Where Discord's API is and who calls. `api` without the version and without a slash at the end. */
export type Access = { readonly token: string; readonly api?: string };

/** How the library is set for all that is sent: it tries nothing again, and waits only where a person waits for an answer. */
export const restOptions = ({ api }: Pick<Access, 'api'>) => ({
  ...(api === undefined ? {} : { api }),
  retries: 0,
  offset: 0,
  timeout: WAITS.call,
  rejectOnRateLimit: ({ route }: { readonly route: string }) => !/^\/(interactions|webhooks)\//.test(route),
});

/** What became of one call. */
export type Attempt<T> = { readonly result: T } | { readonly failed: Error };

/** Makes one call. What Discord or the network said no to is a value; anything else is a fault of ours and thrown. */
export type Call = <T>(call: (rest: REST) => Promise<unknown>) => Promise<Attempt<T>>;

/** The way to Discord's API. Its errors carry addresses and bodies, and with them tokens: they are never logged whole. */
export const openCall = ({ token, ...access }: Access): Call => {
  const rest = new REST({ version: '10', ...restOptions(access) }).setToken(token);
  return async <T>(call: (rest: REST) => Promise<unknown>): Promise<Attempt<T>> => {
    try {
      // What an endpoint answers is as its documentation says; what we read of it is little.
      return { result: (await call(rest)) as T };
    } catch (error) {
      if (!isAnswer(error) && !isNetwork(error)) throw error;
      // The library forgets a token that was refused once, and would throw at every call from then on.
      if (isAnswer(error) && 'status' in error && error.status === 401) rest.setToken(token);
      return { failed: error };
    }
  };
};

const isAnswer = (error: unknown): error is DiscordAPIError | HTTPError | RateLimitError =>
  error instanceof DiscordAPIError || error instanceof HTTPError || error instanceof RateLimitError;

const isNetwork = (error: unknown): error is Error =>
  error instanceof Error && (error.name === 'AbortError' || typeof codeOf(error) === 'string');

/** The code of Discord's answer or of the network's error; null where there is none. */
export const codeOf = (error: Error): string | number | null =>
  'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : null;

/** What an attempt came to, for neutral code. */
export const settle = <T>(tried: Attempt<T>, ref: (result: T) => CopyRef): Sent => {
  if ('result' in tried) return { sent: 'ok', ref: ref(tried.result) };
  const { failed } = tried;
  if (failed instanceof RateLimitError)
    return { sent: 'wait', ms: Math.max(failed.retryAfter, failed.timeToReset, 1) };
  if (failed instanceof DiscordAPIError)
    return GONE.includes(failed.code) ? { sent: 'gone' } : { sent: 'refused', why: why(failed) };
  return NOT_SENT.includes(codeOf(failed))
    ? { sent: 'wait', ms: BACKOFF.first }
    : { sent: 'unknown', why: why(failed) };
};

/** One sentence for the log: never the error itself. */
export const why = (error: unknown): string => {
  if (error instanceof DiscordAPIError) return `${error.message.replaceAll('\n', '; ')} (${error.code})`;
  if (error instanceof HTTPError) return `${error.status} ${error.message}`.trim();
  return error instanceof Error ? error.message : String(error);
};

/** Keeps what was put in last. */
export const dropOldest = (known: Map<string, unknown>, most: number): void => {
  const [oldest] = known.keys();
  if (known.size > most && oldest !== undefined) known.delete(oldest);
};

/** Waits, or less where `signal` ends it early. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  // Rejects only because of the signal, which the caller looks at next.
  sleep(ms, undefined, { signal }).catch(() => {});

/** How long to wait after so many failures (ms). */
export const backoff = (failures: number): number => Math.min(BACKOFF.first * 2 ** failures, BACKOFF.most);
