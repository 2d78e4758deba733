import { type Answer, no, ok } from './answer.ts';
import type { Args } from './args.ts';
import { deleteMessage, postEphemeral, postMessage, update } from './chat.ts';
import { info, members, open, userInfo } from './conversations.ts';
import { completeUpload, getUploadUrl } from './files.ts';
import { nextId, type World } from './world.ts';

/** One method: the letter of the token it takes (bot or app), the scope it needs, and what it does. */
type Method = {
  readonly token: 'xoxb' | 'xapp';
  readonly scope: string | null;
  readonly run: (world: World, args: Args) => Answer;
};

const bot = (scope: string | null, run: Method['run']): Method => ({ token: 'xoxb', scope, run });

const authTest: Method['run'] = ({ team, bot: { user, id }, site }) =>
  ok({ url: `${site}/`, team: 'home', team_id: team, user: 'quorate', user_id: user, bot_id: id });

const connect: Method['run'] = (world) => {
  const ticket = nextId(world, 'ticket');
  world.tickets.add(ticket);
  return ok({ url: `${world.site.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${world.bot.app}` });
};

export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': bot(null, authTest),
  'apps.connections.open': { token: 'xapp', scope: null, run: connect },
  'users.info': bot('users:read', userInfo),
  'conversations.info': bot(null, info),
  'conversations.open': bot('im:write', open),
  'conversations.members': bot(null, members),
  'chat.postMessage': bot('chat:write', postMessage),
  'chat.postEphemeral': bot('chat:write', postEphemeral),
  'chat.update': bot('chat:write', update),
  'chat.delete': bot('chat:write', deleteMessage),
  'files.getUploadURLExternal': bot('files:write', getUploadUrl),
  'files.completeUploadExternal': bot('files:write', completeUpload),
};

/** Runs a method for whoever holds the token; refusals in the order Slack has them: token, scope, arguments. */
export const runMethod = (world: World, name: string, token: string, args: Args): Answer => {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (!method) return no('unknown_method');
  if (token === '') return no('not_authed');
  const why = world.tokens.get(token);
  if (why !== null) return no(why ?? 'invalid_auth');
  if (!token.startsWith(method.token)) return no('not_allowed_token_type');
  if (method.scope !== null && !world.scopes.includes(method.scope))
    return { ok: false, error: 'missing_scope', needed: method.scope, provided: world.scopes.join(',') };
  return method.run(world, args);
};
