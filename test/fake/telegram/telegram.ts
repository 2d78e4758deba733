import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Chat } from '@grammyjs/types';
import { createFaults } from '../faults.ts';
import { until } from '../until.ts';
import { createChats } from './chats.ts';
import { LIMITS, type Limits } from './limits.ts';
import { createPeople } from './people.ts';
import { createQueue } from './queue.ts';
import { type Call, createSite } from './serve.ts';
import { seenIn } from './view.ts';
import { createWorld } from './world.ts';

type FakeTelegramOptions = { now?: () => number; limits?: Partial<Limits> };

const TOKEN = '7000000001:AAfake-token_for-tests_0123456789abcde';

/**
 * A Telegram Bot API server on 127.0.0.1 with one bot, for the real client (`client.apiRoot`). It keeps Telegram's
 * limits and answers in its words. The clock (ms) drives every expiry except the wait of a long poll, which is real.
 */
export const startFakeTelegram = async ({ now = Date.now, limits = {} }: FakeTelegramOptions = {}) => {
  const world = createWorld(now, { ...LIMITS, ...limits });
  const queue = createQueue(now, world.limits);
  const people = createPeople(world, queue);
  const chats = createChats(world, people);
  const faults = createFaults();
  const calls: Call[] = [];
  const tokens = new Set([TOKEN]);
  const watchers = new Set<() => void>();
  const onCall = () => {
    for (const watch of watchers) watch();
  };
  const server = createSite({ world, queue, faults, calls, tokens, onCall });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has a port.
  const { port } = server.address() as AddressInfo;

  return {
    apiRoot: `http://127.0.0.1:${port}`,
    token: TOKEN,
    bot: world.bot,
    ...chats,
    ...people,
    messages: (chat: Chat) => seenIn(world, chat),
    answers: () => [...world.toasts],
    calls: (method?: string) => calls.filter((call) => method === undefined || call.method === method),
    menus: () => new Map(world.menus),
    pending: () => queue.pending(),
    isPolled: () => queue.isPolled(),
    faults: { ...faults, redeliver: queue.redeliver, redeliverLast: queue.redeliverLast, cutPoll: queue.cut },
    /** BotFather gave the bot another token: every call with this one is 401 from now on. */
    revokeToken: () => tokens.clear(),
    /** Resolves when `check` holds; looks after each call and every few ms, and rejects after `deadlineMs`. */
    until: (check: () => boolean, deadlineMs = 3_000) => until(watchers, check, deadlineMs),
    close: async (): Promise<void> => {
      queue.close();
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
};

export type FakeTelegram = Awaited<ReturnType<typeof startFakeTelegram>>;
