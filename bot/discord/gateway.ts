import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Events, GatewayDispatchEvents, GatewayIntentBits, type WebSocketShard } from 'discord.js';
import type { Logger } from 'pino';
import { z } from 'zod';
import { readWith } from '#policies/read-with';
import type { Reach } from '../chat/reach.ts';
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
  readonly reached: Reach;
};

/** How a connection ended: nothing will ever help, or it is worth another try. */
type Ended = { readonly fatal: string } | { readonly why: string };

const Ready = z.object({ application: z.object({ id: z.string() }), user: z.object({ id: z.string() }) });

const createClient = ({ budget, ...access }: GatewayParts): Client =>
  new Client({
    intents: [GatewayIntentBits.Guilds],
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

const Packet = z.object({ t: z.string(), d: z.unknown() });
const Server = z.object({ id: z.string() });
type Packet = z.infer<typeof Packet>;

/** What the library needs to know that it is in, and stays to know. */
const NEEDED: readonly string[] = [GatewayDispatchEvents.Ready, GatewayDispatchEvents.Resumed];

/**
 * What is left of a packet for the library, which would build everything that it says, keep it, and break at what is not as it
 * expects: that there is a server, whose channels and people are none of its business, and nothing of all others.
 */
const slim = ({ t, d }: Packet): Partial<Packet> => {
  if (NEEDED.includes(t)) return {};
  const server = t === GatewayDispatchEvents.GuildCreate ? readWith(Server, d) : null;
  return server?.success ? { d: { id: server.data.id, unavailable: true } } : { t: '' };
};

/** What we listen to. The library looks at a packet after us, and at what we leave of it. */
const listen = (client: Client, { heard, log, reached }: GatewayParts, { ready, end }: Watch): void => {
  let closes = 0;
  client.on('raw', (packet: object) => {
    const read = readWith(Packet, packet);
    if (!read.success) return void Object.assign(packet, { t: '' });
    const { t, d } = read.data;
    Object.assign(packet, slim(read.data));
    const self = t === GatewayDispatchEvents.Ready ? readWith(Ready, d) : null;
    if (self?.success || t === GatewayDispatchEvents.Resumed) {
      closes = 0;
      reached.up();
    }
    if (self?.success) ready({ application: self.data.application.id, bot: self.data.user.id });
    if (t === GatewayDispatchEvents.InteractionCreate) heard(d);
  });
  client.on(Events.ShardDisconnect, ({ code }) =>
    end({ fatal: FATAL[code] ?? `Discord closed for good (${code})` }),
  );
  client.on(Events.ShardReconnecting, () => {
    reached.lost('not-connected');
    closes += 1;
    if (closes >= CLOSES) end({ why: `${closes} connections ended one after the other` });
  });
  const trouble = (error: Error): void => log.warn({ why: why(error) }, 'discord gateway trouble');
  client.on(Events.ShardError, trouble);
  client.on(Events.Error, trouble);
};

/**
 * A shard of which the library, between two connections, takes no goodbye: it would connect again half a second later and for
 * ever. It asks for its session first, and of this one it never hears.
 */
const silenced = (): WebSocketShard => {
  const nothing = (): boolean => false;
  const shard = { emit: nothing, onReadyPacket: nothing, gotGuild: nothing, status: 0 };
  Object.defineProperty(shard, 'sessionInfo', { get: () => new Promise(() => {}), set: () => {} });
  // No more of it is used by a client that was destroyed.
  return shard as unknown as WebSocketShard;
};

/** A peer that does not answer our goodbye is not waited for. */
const leave = async (client: Client): Promise<void> => {
  await Promise.race([client.destroy(), sleep(WAITS.leave, undefined, { ref: false })]);
  for (const id of client.ws.shards.keys()) client.ws.shards.set(id, silenced());
};

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
      parts.reached.lost('not-connected');
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
