import { type Answer, ERRORS, ok } from './answer.ts';
import type { Body } from './body.ts';
import { editChannel, getApplication, getChannel, getGuild, getMember, openPrivateChat } from './channels.ts';
import { getCommands, putCommands } from './commands.ts';
import { callback, editOriginal, followUp } from './interactions.ts';
import { deleteMessage, editMessage, postMessage } from './messages.ts';
import type { World } from './world.ts';

type Serve = (world: World, ids: readonly string[], body: Body) => Answer;

/** One endpoint, by a name for faults. `open`: what the path holds proves who calls, and no token is asked for. */
type Route = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly open?: true;
  readonly serve: Serve;
};

const me: Serve = (world) => ok(world.bot);

/** Every endpoint that there is but the gateway's, which needs the address. `:` stands for one part of the path. */
const ROUTES: readonly Route[] = [
  { name: 'post', method: 'POST', path: '/channels/:/messages', serve: postMessage },
  { name: 'edit', method: 'PATCH', path: '/channels/:/messages/:', serve: editMessage },
  { name: 'delete', method: 'DELETE', path: '/channels/:/messages/:', serve: deleteMessage },
  { name: 'channel', method: 'GET', path: '/channels/:', serve: getChannel },
  { name: 'wake', method: 'PATCH', path: '/channels/:', serve: editChannel },
  { name: 'private', method: 'POST', path: '/users/@me/channels', serve: openPrivateChat },
  { name: 'me', method: 'GET', path: '/users/@me', serve: me },
  { name: 'application', method: 'GET', path: '/applications/@me', serve: getApplication },
  { name: 'guild', method: 'GET', path: '/guilds/:', serve: getGuild },
  { name: 'member', method: 'GET', path: '/guilds/:/members/:', serve: getMember },
  { name: 'commands', method: 'GET', path: '/applications/:/guilds/:/commands', serve: getCommands },
  { name: 'register', method: 'PUT', path: '/applications/:/guilds/:/commands', serve: putCommands },
  { name: 'callback', method: 'POST', path: '/interactions/:/:/callback', open: true, serve: callback },
  { name: 'follow', method: 'POST', path: '/webhooks/:/:', open: true, serve: followUp },
  {
    name: 'original',
    method: 'PATCH',
    path: '/webhooks/:/:/messages/@original',
    open: true,
    serve: editOriginal,
  },
];

const patterns = ROUTES.map((route) => ({
  ...route,
  pattern: new RegExp(`^${route.path.replaceAll('/:', '/([^/]+)')}$`),
}));

export type Found = { readonly route: Route; readonly ids: readonly string[] };

/** The endpoint for a path without the version. */
export const findRoute = (method: string, path: string): Found | undefined => {
  for (const { pattern, ...route } of patterns) {
    const match = route.method === method ? pattern.exec(path) : null;
    if (match) return { route, ids: match.slice(1) };
  }
  return undefined;
};

export const NO_ROUTE = ERRORS.notFound;
