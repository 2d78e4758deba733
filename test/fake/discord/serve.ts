import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Fault, Faults } from '../faults.ts';
import { type Answer, broken, ERRORS, ok, tooMany } from './answer.ts';
import { readBody } from './body.ts';
import { createPace } from './pace.ts';
import { findRoute, NO_ROUTE } from './routes.ts';
import type { World } from './world.ts';

/** One call as the server saw it. `name` is that of the endpoint; `outcome` the status, or what a fault made of it. */
export type Call = {
  readonly name: string;
  readonly path: string;
  readonly json: { readonly [name: string]: unknown };
  readonly at: number;
  outcome: 'dropped' | 'waiting' | number;
};

export type Site = {
  readonly world: World;
  readonly faults: Faults;
  readonly calls: Call[];
  readonly tokens: Set<string>;
  readonly gateway: () => object;
  readonly onCall: () => void;
};

/** The HTTP side: path and token to endpoint, faults around it, the body out. */
export const createSite = (site: Site): Server => {
  const pace = createPace(site.world);
  return createServer((req, res) => {
    handle(site, pace, { req, res }).catch((cause: unknown) => send(res, broken(cause)));
  });
};

type Exchange = { readonly req: IncomingMessage; readonly res: ServerResponse };
type Pace = ReturnType<typeof createPace>;

const isKnown = (site: Site, req: IncomingMessage): boolean =>
  site.tokens.has((req.headers.authorization ?? '').replace(/^Bot /, ''));

const handle = async (site: Site, pace: Pace, { req, res }: Exchange): Promise<void> => {
  const body = await readBody(req);
  const path = decodeURIComponent(new URL(req.url ?? '/', 'http://fake').pathname).replace(/^\/v\d+/, '');
  const isGateway = path === '/gateway/bot';
  const found = findRoute(req.method ?? '', path);
  const name = isGateway ? 'gateway' : (found?.route.name ?? 'none');
  const call: Call = { name, path, json: body.json, at: site.world.now(), outcome: 'waiting' };
  site.calls.push(call);
  const serve = (): Answer => {
    if (found?.route.open !== true && !isKnown(site, req)) return ERRORS.unauthorized;
    if (isGateway) return ok(site.gateway());
    return found ? pace(found, () => found.route.serve(site.world, found.ids, body)) : NO_ROUTE;
  };
  const answer = await around(site.faults.next(name), serve);
  if (answer === 'gone') res.destroy();
  else send(res, answer);
  call.outcome = answer === 'gone' ? 'dropped' : answer.status;
  site.onCall();
};

/** A fault before or after an endpoint; 'gone' cuts the connection without an answer. */
const around = async (fault: Fault | undefined, serve: () => Answer): Promise<Answer | 'gone'> => {
  if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms).unref());
  const early = fault && failure(fault, 'before');
  if (early !== undefined) return early;
  const answer = serve();
  return (fault && failure(fault, 'after')) ?? answer;
};

const failure = (fault: Fault, when: 'before' | 'after'): Answer | 'gone' | undefined => {
  if (fault.kind === '429' && when === 'before') return tooMany(fault.seconds);
  if (fault.kind === '5xx' && fault.when === when) return ERRORS.badGateway;
  return fault.kind === 'drop' && fault.when === when ? 'gone' : undefined;
};

const send = (res: ServerResponse, { status, body, headers = {} }: Answer): void => {
  if (res.destroyed) return;
  if (body === undefined) res.writeHead(status, headers).end();
  else res.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
};
