import { webApi } from '@slack/bolt';
import type { CopyRef, Sent } from '../chat/chat.ts';
import { stripOutside } from '../chat/outside.ts';
import { GONE, NOT_SENT, PAUSES, TOKEN_REFUSED, TOO_MANY } from './limits.ts';

/** One call: its result, or what Slack or the network said instead. */
export type Attempt<T> = { readonly result: T } | { readonly failed: unknown };

/** Runs one call; its error becomes a value. Only the client's own errors come out of a call, so nothing of ours is hidden. */
export const attempt = async <T>(call: () => Promise<T>): Promise<Attempt<T>> => {
  try {
    return { result: await call() };
  } catch (error) {
    if (error instanceof TypeError && !(error.cause instanceof Error)) throw error;
    return { failed: error };
  }
};

/** What an attempt came to. */
export const settle = <T>(tried: Attempt<T>, ref: (result: T) => CopyRef): Sent =>
  'result' in tried ? { sent: 'ok', ref: ref(tried.result) } : settleFailure(tried.failed);

/** What a failure means. A 5xx or a lost answer may come after acceptance, so it is unknown. */
export const settleFailure = (failed: unknown): Exclude<Sent, { sent: 'ok' }> => {
  if (failed instanceof webApi.WebAPIRateLimitedError) return { sent: 'wait', ms: failed.retryAfter * 1000 };
  if (failed instanceof webApi.WebAPIPlatformError) return settleRefusal(failed.data);
  if (failed instanceof webApi.WebAPIHTTPError && failed.statusCode < 500)
    return { sent: 'refused', why: whyOf(failed) };
  if (codesOf(failed).some((code) => NOT_SENT.includes(code))) return { sent: 'wait', ms: PAUSES[1] };
  return { sent: 'unknown', why: whyOf(failed) };
};

const settleRefusal = ({
  error,
  response_metadata,
}: webApi.WebAPIPlatformError['data']): Exclude<Sent, { sent: 'ok' }> => {
  if (TOO_MANY.includes(error)) return { sent: 'wait', ms: (response_metadata?.retryAfter ?? 1) * 1000 };
  return GONE.includes(error) ? { sent: 'gone' } : { sent: 'refused', why: error };
};

/** Error codes of a failure and of all that caused it. */
const codesOf = (failed: unknown): readonly unknown[] => {
  if (!(failed instanceof Error)) return [];
  const code = 'code' in failed ? [failed.code] : [];
  const inner = failed instanceof AggregateError ? failed.errors.flatMap(codesOf) : [];
  return [...code, ...inner, ...codesOf(failed.cause)];
};

/** So much of an error goes into the log (characters). */
const MOST_TOLD = 200;

/** One word or sentence for the log. Never the error itself: some carry headers, and the library's quote what an event held. */
export const whyOf = (failed: unknown): string => {
  if (failed instanceof webApi.WebAPIPlatformError) return failed.data.error;
  return stripOutside(failed instanceof Error ? failed.message : String(failed)).slice(0, MOST_TOLD);
};

/** Does Slack refuse the token itself? That never gets better. */
export const isTokenRefused = (failed: unknown): boolean =>
  failed instanceof webApi.WebAPIPlatformError && TOKEN_REFUSED.includes(failed.data.error);
