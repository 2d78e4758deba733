/** What a method answers: Slack says almost every "no" with status 200. Extra fields are the method's own. */
export type Answer =
  | { readonly ok: true; readonly [field: string]: unknown }
  | { readonly ok: false; readonly error: string; readonly [field: string]: unknown };

export const ok = (fields: Record<string, unknown> = {}): Answer => ({ ok: true, ...fields });

export const no = (error: string, ...messages: string[]): Answer =>
  messages.length === 0 ? { ok: false, error } : { ok: false, error, response_metadata: { messages } };
