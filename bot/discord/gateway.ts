import {
  type CacheFactory,
  Client,
  Events,
  GatewayDispatchEvents,
  GatewayIntentBits,
  Options,
} from 'discord.js';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { openBudget } from './budget.ts';
import { type Access, backoff, codeOf, pause, restOptions, why } from './call.ts';
import { CLOSES, FATAL, WAITS } from './limits.ts';

/** Our application and its account, as Discord names them when we came in. */
export type Self = { readonly application: string; readonly bot: string };

export type GatewayParts = Access & {
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** Hears every interaction as it came. It must not throw. */
  readonly heard: (raw: unknown) => void;
  readonly budget: ReturnType<typeof openBudget>;
};

/** How a connection ended: nothing will ever help, or it is worth another try. */
type Ended = { readonly fatal: string } | { readonly why: string };

/** Nothing is looked up in caches: all that we know is in what we hear. These are the caches that may be left empty. */
const noCache: CacheFactory = Options.cacheWithLimits({
  ApplicationCommandManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  DMMessageManager: 0,
  EntitlementManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildForumThreadManager: 0,
  GuildInviteManager: 0,
  GuildMemberManager: 0,
  GuildMessageManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  GuildTextThreadManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadManager: 0,
  ThreadMemberManager: 0,
  UserManager: 0,
  VoiceStateManager: 0,
});

const Ready = z.object({ application: z.object({ id: z.string() }), user: z.object({ id: z.string() }) });

const createClient = ({ budget, ...access }: GatewayParts): Client =>
  new Client({
    intents: [GatewayIntentBits.Guilds],
    makeCache: noCache,
    rest: restOptions(access),
    ws: { buildIdentifyThrottler: budget },
    allowedMentions: { parse: [] },
  });

/** A token that is refused by the API is a `TokenInvalid` of the library. */
const endOf = (error: unknown): Ended =>
  error instanceof Error && codeOf(error) === 'TokenInvalid'
    ? { fatal: FATAL[4004] ?? '' }
    : { why: why(error) };

type Watch = { readonly ready: (self: Self) => void; readonly end: (ended: Ended) => void };

/** What we listen to. Interactions are taken as they come, before the library reads them: it knows no harmless answer to bad ones. */
const listen = (client: Client, { heard, log }: GatewayParts, { ready, end }: Watch): void => {
  let closes = 0;
  client.ws.on(GatewayDispatchEvents.Ready, (data: unknown) => {
    const read = Ready.safeParse(data);
    if (!read.success) return;
    closes = 0;
    ready({ application: read.data.application.id, bot: read.data.user.id });
  });
  client.ws.on(GatewayDispatchEvents.Resumed, () => {
    closes = 0;
  });
  client.ws.on(GatewayDispatchEvents.InteractionCreate, (raw: unknown) => heard(raw));
  client.on(Events.ShardDisconnect, ({ code }) =>
    end({ fatal: FATAL[code] ?? `Discord closed for good (${code})` }),
  );
  client.on(Events.ShardReconnecting, () => {
    closes += 1;
    if (closes >= CLOSES) end({ why: `${closes} connections ended one after the other` });
  });
  const trouble = (error: Error): void => log.warn({ why: why(error) }, 'discord gateway trouble');
  client.on(Events.ShardError, trouble);
  client.on(Events.Error, trouble);
};

/** A peer that does not answer our goodbye is not waited for. */
const leave = (client: Client): Promise<unknown> =>
  Promise.race([client.destroy(), pause(WAITS.leave, new AbortController().signal)]);

/** Comes in once and stays until the connection cannot be kept any more; the library heals what it can by itself. */
const stay = async (
  parts: GatewayParts,
  ready: (self: Self) => void,
  signal: AbortSignal,
): Promise<Ended> => {
  const client = createClient(parts);
  const { promise, resolve: end } = Promise.withResolvers<Ended>();
  const late = setTimeout(() => end({ why: 'nobody let us in' }), WAITS.login);
  const stopped = (): void => end({ why: 'stopped' });
  signal.addEventListener('abort', stopped);
  listen(client, parts, {
    end,
    ready: (self) => {
      clearTimeout(late);
      ready(self);
    },
  });
  client.login(parts.token).catch((error: unknown) => end(endOf(error)));
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', stopped);
    await leave(client);
  }
};

/**
 * The way events come in. `start` resolves when we are in, tries until then, and rejects only where that can never be; later
 * it is tried again and again by itself, and a token that was taken back is said in the log.
 */
export const openGateway = (parts: GatewayParts) => {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> = Promise.resolve();
  const run = async (ready: (self: Self) => void, never: (error: Error) => void): Promise<void> => {
    for (let failures = 0; !signal.aborted; failures += 1) {
      const ended = await stay(
        parts,
        (self) => {
          failures = -1;
          ready(self);
        },
        signal,
      );
      if (signal.aborted) break;
      if ('fatal' in ended) {
        parts.log.error({ why: ended.fatal }, 'discord is not heard any more');
        return never(new Error(ended.fatal));
      }
      const pauseMs = backoff(Math.max(failures, 0));
      parts.log.warn({ why: ended.why, pauseMs }, 'discord not reached');
      await pause(pauseMs, signal);
    }
    never(new Error('Discord: stopped before it was reached'));
  };
  return {
    start: (): Promise<Self> =>
      new Promise((resolve, reject) => {
        running = run(resolve, reject);
      }),
    stop: async (): Promise<void> => {
      stopping.abort();
      await running;
    },
  };
};
