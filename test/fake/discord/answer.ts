/** What an endpoint answers: a status and a body, undefined for none. */
export type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Headers };
type Headers = { readonly [name: string]: string };

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** Done, without a body and without a content type: the client parses by that header. */
export const DONE: Answer = { status: 204, body: undefined };

const no = (status: number, code: number, message: string, more: object = {}): Answer => ({
  status,
  body: { code, message, ...more },
});

/** 400 with what is wrong in the form, as Discord nests it. */
export const badForm = (field: string, message: string): Answer =>
  no(400, 50035, 'Invalid Form Body', { errors: { [field]: { _errors: [{ code: 'BASE_TYPE', message }] } } });

/** 429 with the seconds to wait. */
export const tooMany = (seconds: number, scope: 'user' | 'shared' | 'global' = 'user'): Answer => ({
  status: 429,
  body: { message: 'You are being rate limited.', retry_after: seconds, global: scope === 'global' },
  headers: {
    'retry-after': String(seconds),
    'x-ratelimit-scope': scope,
    ...(scope === 'global' ? { 'x-ratelimit-global': 'true' } : {}),
  },
});

/** This fake itself has a fault; says which, so that the test shows it. */
export const broken = (cause: unknown): Answer => no(500, 0, `500: fake: ${String(cause)}`);

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
export const ERRORS = {
  badGateway: { status: 502, body: undefined },
  unauthorized: no(401, 0, '401: Unauthorized'),
  notFound: no(404, 0, '404: Not Found'),
  unknownChannel: no(404, 10003, 'Unknown Channel'),
  unknownGuild: no(404, 10004, 'Unknown Guild'),
  unknownMessage: no(404, 10008, 'Unknown Message'),
  unknownUser: no(400, 10013, 'Unknown User'),
  unknownWebhook: no(404, 10015, 'Unknown Webhook'),
  unknownInteraction: no(404, 10062, 'Unknown interaction'),
  acknowledged: no(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: no(403, 50001, 'Missing Access'),
  notOwn: no(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: no(400, 50006, 'Cannot send an empty message'),
  closed: no(403, 50007, 'Cannot send messages to this user'),
  missingPermissions: no(403, 50013, 'Missing Permissions'),
  expiredToken: no(401, 50027, 'Invalid Webhook Token'),
  archived: no(400, 50083, 'Thread is archived'),
  locked: no(400, 160005, 'Thread is locked'),
} as const;
