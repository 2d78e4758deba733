import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createFaults } from '../faults.ts';
import { until } from '../until.ts';
import { LIMITS, type Limits } from './limits.ts';
import { createPeople } from './people.ts';
import { type Call, createSite } from './serve.ts';
import { createSockets } from './sockets.ts';
import { seenBy, seenIn } from './view.ts';
import {
  APP_TOKEN,
  addRoom,
  BOT_TOKEN,
  createWorld,
  directRoom,
  nextId,
  type Room,
  type User,
} from './world.ts';

type FakeSlackOptions = { now?: () => number; limits?: Partial<Limits>; scopes?: readonly string[] };

/** All that the app's manifest asks for. */
const SCOPES = [
  'app_mentions:read',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:read',
  'im:history',
  'im:write',
  'users:read',
];

/**
 * A Slack workspace on 127.0.0.1 with one app, for the real client: the Web API over HTTP, events over Socket Mode. It keeps
 * Slack's limits and answers in its words. The clock (ms) drives every expiry but the wait for an acknowledgement, which is real.
 */
export const startFakeSlack = async ({
  now = Date.now,
  limits = {},
  scopes = SCOPES,
}: FakeSlackOptions = {}) => {
  const world = createWorld(now, { ...LIMITS, ...limits }, scopes);
  const watchers = new Set<() => void>();
  const onCall = (): void => {
    for (const watch of watchers) watch();
  };
  const faults = createFaults();
  const calls: Call[] = [];
  const sockets = createSockets(world, onCall);
  const server = createSite({ world, faults, calls, onCall });
  sockets.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has a port.
  const { port } = server.address() as AddressInfo;
  world.site = `http://127.0.0.1:${port}`;

  return {
    api: `${world.site}/api`,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    team: world.team,
    bot: world.bot,
    addUser: (name: string, extras: Partial<User> = {}): User => {
      const common = {
        team: world.team,
        locale: 'en-US',
        isBot: false,
        guest: 'no',
        stranger: false,
        closed: false,
        deleted: false,
      } as const;
      const user: User = { ...common, id: nextId(world, 'U'), name, ...extras };
      world.users.set(user.id, user);
      return user;
    },
    /** A channel with the bot in it, unless it is taken out of `members`. */
    addChannel: (name: string, members: readonly User[], kind: 'channel' | 'group' = 'channel'): Room => {
      const room = addRoom(world, {
        id: nextId(world, kind === 'channel' ? 'C' : 'G'),
        name,
        kind,
        with: undefined,
      });
      for (const { id } of [...members, { id: world.bot.user }]) room.members.add(id);
      return room;
    },
    /** A direct message of two people, of which the bot is no part. */
    addTalk: (one: User, other: User): Room => {
      const room = addRoom(world, {
        id: nextId(world, 'D'),
        name: 'directmessage',
        kind: 'im',
        with: undefined,
      });
      room.members.add(one.id).add(other.id);
      return room;
    },
    /** From now on nobody can open a direct message with this person. */
    closeDirect: (user: User): void => {
      user.closed = true;
    },
    direct: (user: User): Room => directRoom(world, user.id),
    ...createPeople(world, sockets),
    messages: (room: Room) => seenIn(world, room),
    whispers: (user: User) => seenBy(world, user.id),
    calls: (method?: string) => calls.filter((call) => method === undefined || call.method === method),
    deliveries: sockets.deliveries,
    sockets: sockets.count,
    refresh: sockets.refresh,
    cut: sockets.cut,
    raw: sockets.raw,
    faults,
    /** From now on every call with this token is refused so. */
    refuseToken: (token: string, why: string): void => void world.tokens.set(token, why),
    setScopes: (left: readonly string[]): void => {
      world.scopes = left;
    },
    /** Resolves when `check` holds; looks after each call and every few ms, and rejects after `deadlineMs`. */
    until: (check: () => boolean, deadlineMs = 3_000) => until(watchers, check, deadlineMs),
    close: async (): Promise<void> => {
      sockets.close();
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
};

export type FakeSlack = Awaited<ReturnType<typeof startFakeSlack>>;
