import { App, type Logger as BoltLogger, LogLevel } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Chat, Notes, Sink } from '../chat/chat.ts';
import { openReach } from '../chat/reach.ts';
import { type Clients, type Credentials, isHook, onceOptions, openClients, quietLogger } from './clients.ts';
import { openDirects } from './directs.ts';
import { openDoor } from './door.ts';
import { openDropping } from './drop.ts';
import { isDirect, PLATFORM, type Reader, readIntent } from './intent.ts';
import { LIMITS, paceOf, SOCKET, WAITS } from './limits.ts';
import { pause, pauseAfter } from './pause.ts';
import { edit, type Line, post, tell, whisper } from './send.ts';
import { isTokenRefused, whyOf } from './settle.ts';
import { openSockets } from './sockets.ts';

export type SlackParts = Credentials & {
  /** Channels that commands may come from, by id; direct messages are always open, so that one can link an account. */
  readonly channels: readonly string[];
  /** The one slash command, such as `/pve`. */
  readonly command: string;
  /** Posts and edits that the workspace takes in a minute. */
  readonly perMinute: number;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn'>;
  /** Pause (ms) before the second socket is opened. */
  readonly staggerMs?: number;
};

type Who = Pick<Reader, 'team' | 'bot'>;

/** Slack over two sockets. Nothing is sent or received before `start`. */
export const connectSlack = (parts: SlackParts): Chat => {
  const { channels, command, log } = parts;
  const logger = quietLogger(log, parts);
  const clients = openClients(parts, logger);
  const line: Line = { posts: clients.posts, directs: openDirects(clients.asks), command, files: new Set() };
  const reached = openReach(parts.now);
  const sockets = openSockets({
    reached,
    credentials: parts,
    log,
    logger,
    staggerMs: parts.staggerMs ?? SOCKET.stagger,
  });
  const stopping = new AbortController();
  const serves = (chat: string): boolean => isDirect(chat) || channels.includes(chat);
  return {
    platform: PLATFORM,
    limits: { ...LIMITS, pace: paceOf(parts.perMinute) },
    start: async (sink, notes) => {
      const who = await reach(clients, log, stopping.signal);
      const take = openTaking({ parts, line, who, clients, sink, notes });
      const app = openApp(parts, logger, sockets, who);
      app.use(({ body }) => take(body));
      await app.init();
      await app.start();
    },
    down: reached.down,
    // The one command stands in the manifest of the app: nothing can be set at run time.
    menu: () => Promise.resolve(),
    serves,
    post: (chat, card) => post(line, chat, card),
    edit: (ref, card) => edit(line, ref, card),
    tell: (account, card) => tell(line, account, card),
    whisper: (intent, card) => whisper(line, intent, card),
    stop: async () => {
      stopping.abort();
      await sockets.stop();
    },
  };
};

/** Waits until Slack answers. A token that it does not take never gets better, and is said so. */
const reach = async ({ posts }: Clients, log: SlackParts['log'], signal: AbortSignal): Promise<Who> => {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const { team_id: team = '', user_id: user = '', bot_id: id = '' } = await posts.auth.test();
      if (id === '') throw new Error('Slack takes this token, but it is no bot token: it begins with xoxb-');
      return { team, bot: { user, id } };
    } catch (error) {
      if (isTokenRefused(error))
        throw new Error(
          `Slack does not take this bot token (${whyOf(error)}): install the app and copy it again`,
        );
      const pauseMs = pauseAfter(failures, error);
      log.warn({ why: whyOf(error), pauseMs }, 'slack not reached yet');
      await pause(pauseMs, signal);
    }
  }
  throw new Error('Slack: stopped before it was reached');
};

/** Bolt's app. Who the bot is is known already, so it asks nothing by itself; its errors end in no acknowledgement. */
const openApp = (
  parts: SlackParts,
  logger: BoltLogger,
  receiver: ReturnType<typeof openSockets>,
  { bot }: Who,
): App => {
  const app = new App({
    token: parts.botToken,
    botId: bot.id,
    botUserId: bot.user,
    tokenVerificationEnabled: false,
    deferInitialization: true,
    receiver,
    ignoreSelf: true,
    convoStore: false,
    clientOptions: onceOptions(parts, logger, WAITS.call),
    logger,
    logLevel: LogLevel.WARN,
  });
  app.error((error) => Promise.reject(error));
  return app;
};

type Taking = {
  readonly parts: SlackParts;
  readonly line: Line;
  readonly who: Who;
  readonly clients: Clients;
  readonly sink: Sink;
  readonly notes: Notes;
};

/** Takes one payload; resolves when what has to be kept of it is, and rejects where it could not be. */
const openTaking = ({
  parts,
  line,
  who,
  clients,
  sink,
  notes,
}: Taking): ((raw: unknown) => Promise<void>) => {
  const { channels, command, now, log } = parts;
  const hooks = (url: string): boolean => isHook(parts, url);
  const reader: Reader = { ...who, command, hooks, now, allows: (channel) => channels.includes(channel) };
  const door = openDoor({ asks: clients.asks, directs: line.directs, team: who.team, now, log });
  const drop = openDropping({ line, reader, notes, log });
  return async (raw) => {
    const read = readIntent(raw, reader);
    const intent = 'dropped' in read ? read : await door(read);
    if ('dropped' in intent) drop(raw, intent.dropped);
    else await sink(intent);
  };
};
