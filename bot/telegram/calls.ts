import { type Api, GrammyError, HttpError } from 'grammy';
import type { Logger } from 'pino';
import type { CopyRef, Sent } from '../chat/chat.ts';
import { BACKOFF, GONE, NOT_MODIFIED, NOT_SENT } from './limits.ts';

/** The client, and where is told what is for nobody in a chat. */
export type Line = { readonly api: Api; readonly log: Pick<Logger, 'warn'> };

/** What came of one call. */
export type Attempt<T> = { readonly result: T } | { readonly failed: GrammyError | HttpError };

/** One call. What Telegram or the network said no to is a value; anything else is a fault of ours and thrown. */
export const attempt = async <T>(call: () => Promise<T>): Promise<Attempt<T>> => {
  try {
    return { result: await call() };
  } catch (error) {
    if (error instanceof GrammyError || error instanceof HttpError) return { failed: error };
    throw error;
  }
};

/** What an attempt came to. `same`: the message that an edit left as it was, which is as good as edited. */
export const settle = <T>(tried: Attempt<T>, ref: (result: T) => CopyRef, same?: CopyRef): Sent => {
  if ('result' in tried) return { sent: 'ok', ref: ref(tried.result) };
  const { failed } = tried;
  if (failed instanceof HttpError) return readNetworkFailure(failed);
  const { retry_after: seconds, migrate_to_chat_id: chat } = failed.parameters;
  if (seconds !== undefined) return { sent: 'wait', ms: seconds * 1000 };
  if (chat !== undefined) return { sent: 'moved', chat: String(chat) };
  if (failed.error_code >= 500) return { sent: 'unknown', why: why(failed) };
  if (same !== undefined && failed.description.includes(NOT_MODIFIED)) return { sent: 'ok', ref: same };
  const gone = GONE.some((words) => failed.description.includes(words));
  return gone ? { sent: 'gone' } : { sent: 'refused', why: why(failed) };
};

const readNetworkFailure = ({ error, message }: HttpError): Sent =>
  typeof error === 'object' && error !== null && 'code' in error && NOT_SENT.includes(error.code)
    ? { sent: 'wait', ms: BACKOFF.first }
    : { sent: 'unknown', why: message };

/** One sentence for the log. Never the error itself: an HttpError carries the address, and with it the token. */
export const why = (error: unknown): string => {
  if (error instanceof GrammyError) return error.description;
  return error instanceof Error ? error.message : String(error);
};

/** grammY types its signals by a polyfill that knows fewer members; it uses none but theirs. */
export const forGrammy = (signal: AbortSignal) => signal as unknown as Parameters<Api['getMe']>[0];
