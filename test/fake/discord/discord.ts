import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createFaults } from '../faults.ts';
import { until } from '../until.ts';
import { createGateway } from './gateway.ts';
import { LIMITS, type Limits } from './limits.ts';
import { createPeople } from './people.ts';
import { type Call, createSite } from './serve.ts';
import { seenIn, toldTo } from './view.ts';
import { addChannel, type Channel, createWorld, nextId, PERMISSIONS, type User, userOf } from './world.ts';

type FakeDiscordOptions = { readonly now?: () => number; readonly limits?: Partial<Limits> };

const TOKEN = 'MTAwMDAwMDAwMDAwMDAwMDAwMA.fake-t.oken_for-tests_0123456789abcdefghij';

/**
 * Discord's API and gateway on 127.0.0.1 with one bot in one server, for the real client (`rest.api`). It keeps Discord's
 * limits and answers by its codes. The clock (ms) drives every expiry.
 */
export const startFakeDiscord = async ({ now = Date.now, limits = {} }: FakeDiscordOptions = {}) => {
  const world = createWorld(now, { ...LIMITS, ...limits });
  const guild = nextId(world);
  world.guilds.add(guild);
  const tokens = new Set([TOKEN]);
  const watchers = new Set<() => void>();
  const onChange = (): void => {
    for (const watch of watchers) watch();
  };
  const calls: Call[] = [];
  const faults = createFaults();
  const state = { port: 0 };
  const url = (): string => `ws://127.0.0.1:${state.port}`;
  const gateway = createGateway({ world, tokens, url, onChange });
  const people = createPeople(world, (raw) => gateway.dispatch('INTERACTION_CREATE', raw));
  const limit = () => ({
    total: world.limits.identifies,
    remaining: Math.max(0, world.limits.identifies - world.identified),
    reset_after: 3_600_000,
    max_concurrency: 1,
  });
  const info = () => ({ url: url(), shards: 1, session_start_limit: limit() });
  const server = createSite({ world, faults, calls, tokens, gateway: info, onCall: onChange });
  server.on('upgrade', gateway.upgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has a port.
  state.port = (server.address() as AddressInfo).port;

  return {
    api: `http://127.0.0.1:${state.port}`,
    token: TOKEN,
    guild,
    bot: world.bot,
    world,
    gateway,
    ...people,
    addUser: (name: string, kind: 'person' | 'bot' = 'person'): User => {
      const user = userOf(nextId(world), name, kind === 'bot');
      world.users.set(user.id, user);
      return user;
    },
    /** A server that the bot is in as well, or not at all. */
    addGuild: (joined: boolean): string => {
      const id = nextId(world);
      if (joined) world.guilds.add(id);
      return id;
    },
    addChannel: (name: string, where: string = guild): Channel =>
      addChannel(world, { type: 0, name, guild: where, parent: null, with: null }),
    addThread: (parent: Channel, name: string): Channel =>
      addChannel(world, { type: 11, name, guild: parent.guild, parent: parent.id, with: null }),
    addPrivateChat: (user: User): Channel =>
      addChannel(world, { type: 1, name: '', guild: null, parent: null, with: user.id }),
    /** Takes a permission from the bot in a channel. */
    deny: (channel: Channel, what: keyof typeof PERMISSIONS): void => {
      channel.denied |= PERMISSIONS[what];
    },
    /** Somebody takes no messages from people they do not know. */
    closePrivateChat: (user: User): void => void world.closed.add(user.id),
    messages: seenIn,
    told: (user: User) => toldTo(world, user.id),
    calls: (name?: string) => calls.filter((call) => name === undefined || call.name === name),
    commands: () => world.commands.get(guild) ?? [],
    faults,
    /** The token was reset: every call and every login with it is refused from now on. */
    revokeToken: () => tokens.clear(),
    /** Resolves when `check` holds; looks after each change and every few ms, and rejects after `deadlineMs`. */
    until: (check: () => boolean, deadlineMs = 5_000) => until(watchers, check, deadlineMs),
    close: async (): Promise<void> => {
      gateway.end();
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
};

export type FakeDiscord = Awaited<ReturnType<typeof startFakeDiscord>>;
