import { no, ok, type Result } from '#policies/result';
import type { PveFailure } from './failure.ts';
import type { Http } from './http.ts';
import type { Method, Parameters } from './request.ts';
import type { ApiToken } from './settings.ts';
import { parseUpid, type Upid } from './upid.ts';

/** What a write answers: a task that now runs, or nothing more to wait for. */
export type Written =
  | { readonly kind: 'task'; readonly upid: string; readonly task: Upid }
  | { readonly kind: 'done' };

/** Sends a write once. It is never repeated here, and after `sent: 'unknown'` nobody else may repeat it. */
export type Write = (
  method: Exclude<Method, 'GET'>,
  path: string,
  parameters?: Parameters,
) => Promise<Result<Written, PveFailure>>;

const written = (data: unknown, where: string): Result<Written, PveFailure> => {
  if (data === null) return ok({ kind: 'done' });
  if (typeof data === 'string') {
    const task = parseUpid(data);
    if (task.ok) return ok({ kind: 'task', upid: data, task: task.value });
  }
  return no({ kind: 'unreachable', sent: 'unknown', reason: `${where}: neither a UPID nor null came back` });
};

/** A writer under the actor's identity; without one every write is refused and nothing is sent. */
export const writeAs =
  (http: Http, token: ApiToken | undefined): Write =>
  async (method, path, parameters) => {
    if (token === undefined) return no({ kind: 'no-actor' });
    const answer = await http.send({ method, path, parameters, token });
    return answer.ok ? written(answer.value, `${method} ${path}`) : answer;
  };
