import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Fault, Faults } from '../faults.ts';
import type { Args } from './args.ts';
import { readArgs, readBody } from './args.ts';
import { takeUpload } from './files.ts';
import { useHook } from './hooks.ts';
import { runMethod } from './methods.ts';
import { createPace } from './pace.ts';
import type { World } from './world.ts';

/** One call as the server saw it. `method` is the API's, or `hook` or `upload`. `outcome` is 'ok', the error, or a fault's. */
export type Call = { method: string; args: Args; at: number; outcome: string };

type Site = { world: World; faults: Faults; calls: Call[]; onCall: () => void };
type Reply = { status: number; body: string; headers?: Record<string, string> };
type Pace = ReturnType<typeof createPace>;
type Request = { method: string; path: string; token: string; body: Buffer; args: Args };

/** The HTTP side: the Web API, uploads and response_urls, with faults around each. */
export const createSite = (site: Site): Server => {
  const pace = createPace(site.world.limits.rates, site.world.now);
  return createServer((req, res) => {
    handle(site, pace, req, res).catch((cause: unknown) => send(res, { status: 500, body: String(cause) }));
  });
};

const handle = async (site: Site, pace: Pace, req: IncomingMessage, res: ServerResponse): Promise<void> => {
  const request = await readRequest(req);
  const call: Call = { method: request.method, args: request.args, at: site.world.now(), outcome: 'waiting' };
  site.calls.push(call);
  const reply = await serve(site, pace, request);
  if (reply === 'gone') res.destroy();
  else send(res, reply);
  call.outcome = reply === 'gone' ? 'dropped' : outcomeOf(reply);
  site.onCall();
};

const outcomeOf = ({ status, body }: Reply): string =>
  status === 200 ? (/"ok":false,"error":"(\w+)"/.exec(body)?.[1] ?? 'ok') : String(status);

const readRequest = async (req: IncomingMessage): Promise<Request> => {
  const body = await readBody(req);
  const { pathname: path } = new URL(req.url ?? '/', 'http://fake');
  const [, kind = '', rest = ''] = /^\/(api|hooks|upload)\/(.+)$/.exec(path) ?? [];
  const method = kind === 'api' ? rest : ({ hooks: 'hook', upload: 'upload' }[kind] ?? path);
  const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '';
  return { method, path: rest, token, body, args: readArgs(body, req.headers['content-type'] ?? '') };
};

/** 'gone' cuts the connection without an answer. */
const serve = async (site: Site, pace: Pace, request: Request): Promise<Reply | 'gone'> => {
  const fault = site.faults.next(request.method);
  if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms).unref());
  const early = fault && failure(fault, 'before');
  if (early) return early;
  const reply = run(site, pace, request);
  return (fault && failure(fault, 'after')) ?? reply;
};

const failure = (fault: Fault, when: 'before' | 'after'): Reply | 'gone' | undefined => {
  if (fault.kind === '429' && when === 'before') return tooMany(fault.seconds);
  if (fault.kind === '5xx' && fault.when === when) return { status: 503, body: 'upstream connect error' };
  return fault.kind === 'drop' && fault.when === when ? 'gone' : undefined;
};

const tooMany = (seconds: number): Reply => ({
  status: 429,
  body: '{"ok":false,"error":"ratelimited"}',
  headers: { 'retry-after': String(seconds) },
});

const run = ({ world }: Site, pace: Pace, { method, path, token, body, args }: Request): Reply => {
  if (method === 'hook') return useHook(world, path, args);
  if (method === 'upload')
    return takeUpload(world, path, body) ? { status: 200, body: 'OK' } : { status: 400, body: 'bad length' };
  const wait = pace(method, args);
  if (wait > 0) return tooMany(wait);
  const scopes = { 'x-oauth-scopes': world.scopes.join(',') };
  return { status: 200, body: JSON.stringify(runMethod(world, method, token, args)), headers: scopes };
};

const send = (res: ServerResponse, { status, body, headers = {} }: Reply): void => {
  if (!res.destroyed) res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
};
