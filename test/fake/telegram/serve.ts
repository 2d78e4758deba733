import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Fault, Faults } from '../faults.ts';
import { type Answer, broken, ERRORS, tooMany } from './answer.ts';
import { type Args, flag, int, json, list, readArgs } from './args.ts';
import { METHODS } from './methods.ts';
import { createPace } from './pace.ts';
import type { PollArgs, Polled, Queue, UpdateKind } from './queue.ts';
import type { World } from './world.ts';

/** One call as the server saw it. `outcome` is 'ok', the error code, or what a fault made of it. */
export type Call = {
  method: string;
  args: Readonly<Record<string, unknown>>;
  at: number;
  outcome: 'ok' | 'dropped' | 'waiting' | number;
};

type Site = {
  world: World;
  queue: Queue;
  faults: Faults;
  calls: Call[];
  tokens: Set<string>;
  onCall: () => void;
};

/** The HTTP side: path to token and method, faults around the method, the body out. */
export const createSite = (site: Site): Server => {
  const pace = createPace(site.world.limits.rates, site.world.now);
  return createServer((req, res) => {
    handle(site, pace, { req, res }).catch((cause: unknown) => send(res, broken(cause)));
  });
};

type Exchange = { req: IncomingMessage; res: ServerResponse };
type Pace = ReturnType<typeof createPace>;

const handle = async (site: Site, pace: Pace, { req, res }: Exchange): Promise<void> => {
  const args = await readArgs(req, site.world.limits.uploadBytes);
  const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)(?:\?|$)/.exec(req.url ?? '') ?? [];
  if (method === '') return send(res, ERRORS.notFound);
  if (!site.tokens.has(token)) return send(res, ERRORS.unauthorized);
  if (args === undefined) return send(res, ERRORS.tooLarge);
  const call: Call = { method, args: args.values, at: site.world.now(), outcome: 'waiting' };
  site.calls.push(call);
  const answer = await serve(site, pace, { req, args, call });
  if (answer === 'gone') res.destroy();
  else send(res, answer);
  call.outcome = answer === 'gone' ? 'dropped' : answer.ok ? 'ok' : answer.error_code;
  site.onCall();
};

type Request = { req: IncomingMessage; args: Args; call: Call };

/** 'gone' cuts the connection without an answer. */
const serve = async (site: Site, pace: Pace, request: Request): Promise<Answer<unknown> | 'gone'> => {
  const fault = site.faults.next(request.call.method);
  if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms).unref());
  const early = fault === undefined ? undefined : failure(fault, 'before');
  if (early !== undefined) return early;
  const answer = await run(site, pace, request);
  return (fault === undefined ? undefined : failure(fault, 'after')) ?? answer;
};

const failure = (fault: Fault, when: 'before' | 'after'): Answer<never> | 'gone' | undefined => {
  if (fault.kind === '429' && when === 'before') return tooMany(fault.seconds);
  if (fault.kind === '5xx' && fault.when === when) return ERRORS.badGateway;
  return fault.kind === 'drop' && fault.when === when ? 'gone' : undefined;
};

const run = async (
  site: Site,
  pace: Pace,
  { req, args, call }: Request,
): Promise<Answer<unknown> | 'gone'> => {
  const name = call.method.toLowerCase();
  if (name === 'getupdates') return poll(site, args, req);
  const method = METHODS[name];
  if (method === undefined) return ERRORS.noMethod;
  const wait = pace(name, site.world.rooms.get(int(args, 'chat_id', 0))?.chat);
  if (wait > 0) return tooMany(wait);
  if (name.endsWith('webhook') && flag(args, 'drop_pending_updates')) site.queue.clear();
  return method(site.world, args);
};

/** Waits for updates; a client that hangs up (seen on its socket, the body being read already) gives the poll up. */
const poll = (site: Site, args: Args, req: IncomingMessage): Promise<Polled> | Answer<unknown> => {
  if (site.world.webhook !== '') return ERRORS.webhookActive;
  return new Promise((resolve) => {
    req.socket.once('close', hungUp);
    const giveUp = site.queue.poll(pollArgs(site.world, args), (body) => {
      req.socket.off('close', hungUp);
      resolve(body);
    });
    function hungUp() {
      giveUp();
      resolve({ ok: true, result: [] });
    }
    site.onCall();
  });
};

const pollArgs = ({ limits }: World, args: Args): PollArgs => ({
  offset: int(args, 'offset', 0),
  limit: Math.min(Math.max(int(args, 'limit', limits.updatesPerPoll), 1), limits.updatesPerPoll),
  timeoutMs: Math.min(Math.max(int(args, 'timeout', 0), 0), limits.pollSeconds) * 1000,
  // Kinds that do not exist match nothing.
  allowed:
    json(args, 'allowed_updates') === undefined
      ? undefined
      : (list(json(args, 'allowed_updates')) as UpdateKind[]),
});

const send = (res: ServerResponse, body: Answer<unknown>): void => {
  if (res.destroyed) return;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (!body.ok && body.parameters?.retry_after !== undefined)
    headers['retry-after'] = String(body.parameters.retry_after);
  res.writeHead(body.ok ? 200 : body.error_code, headers).end(JSON.stringify(body));
};
