import { type Dispatcher, Pool } from 'undici';
import { no, ok, type Result } from '#policies/result';
import { classify } from './classify.ts';
import { tlsConnector } from './connect.ts';
import { CertificateMismatch, ConnectFailed } from './connect-error.ts';
import { type PveFailure, PveMalformed } from './failure.ts';
import { formEncoded, type Method, type Parameters } from './request.ts';
import { type ApiToken, type ProxmoxSettings, usualTimeouts } from './settings.ts';

/** Largest answer that is read, in bytes; the biggest recorded one has 80 kB. */
export const maxAnswerBytes = 16 * 1024 * 1024;

/** Requests in flight at once to one host. */
export const maxInFlight = 3;

export type Call = {
  readonly method: Method;
  /** Below `/api2/json`, from `api`. */
  readonly path: string;
  readonly parameters?: Parameters | undefined;
  readonly token: ApiToken;
};

/** One connection pool to one node. `send` gives the member `data` of a 200; it throws `PveMalformed` on a read. */
export type Http = {
  readonly send: (call: Call) => Promise<Result<unknown, PveFailure>>;
  readonly close: () => Promise<void>;
};

const pool = (settings: ProxmoxSettings): Pool => {
  const timeouts = settings.timeouts ?? usualTimeouts;
  return new Pool(originOf(settings.url), {
    connections: maxInFlight,
    pipelining: 1,
    connect: tlsConnector(settings.trust, timeouts.connect),
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
    // Under the 5 s after which pveproxy closes an idle connection, so that a write seldom meets a dying one.
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 4_000,
    maxResponseSize: maxAnswerBytes,
  });
};

const originOf = (text: string): string => {
  const url = new URL(text);
  if (url.protocol !== 'https:' || url.username || url.password || url.pathname !== '/' || url.search)
    throw new RangeError('a Proxmox address is https://host:port and nothing more');
  return url.origin;
};

const options = ({ method, path, parameters = {}, token }: Call): Dispatcher.RequestOptions => {
  const form = formEncoded(parameters);
  const inBody = method === 'POST' || method === 'PUT';
  return {
    method,
    path: `/api2/json${path}${!inBody && form ? `?${form}` : ''}`,
    headers: {
      authorization: token.authorization(),
      accept: 'application/json',
      ...(inBody ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
    ...(inBody ? { body: form } : {}),
  };
};

const lost = (error: unknown): PveFailure => {
  const message = error instanceof Error ? error.message : 'unknown';
  if (!(error instanceof ConnectFailed)) return { kind: 'unreachable', sent: 'unknown', reason: message };
  if (error.cause instanceof CertificateMismatch)
    return { kind: 'untrusted', expected: error.cause.expected, seen: error.cause.seen };
  return { kind: 'unreachable', sent: 'no', reason: message };
};

type Answer = { readonly status: number; readonly reason: string; readonly text: string };

const exchange = async (to: Pool, call: Call, totalMs: number): Promise<Result<Answer, PveFailure>> => {
  try {
    const { statusCode, statusText, body } = await to.request({
      ...options(call),
      signal: AbortSignal.timeout(totalMs),
    });
    return ok({ status: statusCode, reason: statusText, text: await body.text() });
  } catch (error) {
    return no(lost(error));
  }
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // An empty body and HTML are told by the caller, who knows the status.
    return undefined;
  }
};

const dataOf = (answer: Answer, { method, path }: Call): Result<unknown, PveFailure> => {
  const body = jsonOf(answer.text);
  if (answer.status !== 200) return no(classify({ ...answer, body }));
  if (typeof body === 'object' && body !== null && 'data' in body) return ok(body.data);
  const reason = `${method} ${path}: the answer is not Proxmox's JSON (${answer.text.length} characters)`;
  if (method === 'GET') throw new PveMalformed(reason);
  return no({ kind: 'unreachable', sent: 'unknown', reason });
};

/** Opens the pool; throws RangeError when the address or the fingerprint is malformed. Connects at the first call. */
export const openHttp = (settings: ProxmoxSettings): Http => {
  const to = pool(settings);
  const { total } = settings.timeouts ?? usualTimeouts;
  return {
    send: async (call) => {
      const answer = await exchange(to, call, total);
      return answer.ok ? dataOf(answer.value, call) : answer;
    },
    close: () => to.close(),
  };
};
