import type { ApiError, ApiSuccess, ResponseParameters } from '@grammyjs/types';

/** What a method answers: the body that goes over the wire, and the Result type of this server. */
export type Answer<T> = ApiSuccess<T> | ApiError;

export const ok = <T>(result: T): ApiSuccess<T> => ({ ok: true, result });

const fail = (error_code: number, description: string, parameters?: ResponseParameters): ApiError =>
  parameters === undefined
    ? { ok: false, error_code, description }
    : { ok: false, error_code, description, parameters };

/** 400: the request is wrong; `why` in Telegram's words. */
export const badRequest = (why: string): ApiError => fail(400, `Bad Request: ${why}`);

/** 403: the bot may not write there. */
export const forbidden = (why: string): ApiError => fail(403, `Forbidden: ${why}`);

/** 429 with the whole seconds to wait. */
export const tooMany = (seconds: number): ApiError =>
  fail(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });

/** 400 with the id of the supergroup that the group became. */
export const migrated = (to: number): ApiError =>
  fail(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: to });

/** 500: this fake itself has a fault; says which, so that the test shows it. */
export const broken = (cause: unknown): ApiError => fail(500, `Internal Server Error: ${String(cause)}`);

/** Bodies without a variable part, worded as the real server words them. */
export const ERRORS = {
  unauthorized: fail(401, 'Unauthorized'),
  notFound: fail(404, 'Not Found'),
  noMethod: fail(404, 'Not Found: method not found'),
  otherPoll: fail(
    409,
    'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  ),
  webhookActive: fail(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  ),
  tooLarge: fail(413, 'Request Entity Too Large'),
  badGateway: fail(502, 'Bad Gateway'),
  notModified: badRequest(
    'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
  ),
  queryTooOld: badRequest('query is too old and response timeout expired or query ID is invalid'),
} as const;
