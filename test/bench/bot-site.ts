import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Chat, User } from '@grammyjs/types';
import { systemRandom } from '#db/ledger/ledger';
import { bindAccount, putPerson } from '#db/ledger/people';
import { openDatabase } from '#db/open';
import { PersonId } from '#policies/ids';
import type { Role } from '#policies/person';
import { type FakeTelegram, startFakeTelegram } from '#test/fake/telegram/telegram';
import { until } from '#test/flow/program';
import { type SetUp, setUp } from '#test/flow/set-up';
import { firstLook } from '#test/flow/stage';

/** Who speaks to the bot, by the name of their account. */
const ROLES: { readonly [name: string]: Role } = { omar: 'operator', ada: 'admin' };

/** The product as one process, as `npm start` runs it, at a simulated cluster and a fake Telegram of this process. */
export type BotSite = {
  readonly site: SetUp;
  readonly telegram: FakeTelegram;
  readonly group: Chat;
  readonly user: (name: string) => User;
  readonly close: () => Promise<void>;
};

/** People with accounts that are linked, as `people add` and `/link` leave them. */
const bindPeople = (path: string, users: ReadonlyMap<string, User>): void => {
  const db = openDatabase({ path, migrations: 'ledger', now: Date.now });
  const ledger = { db, now: Date.now, random: systemRandom };
  for (const [name, user] of users) {
    const id = PersonId.parse(name);
    const by = { cli: 'bench' };
    putPerson(
      ledger,
      { id, name, role: ROLES[name] ?? 'viewer', groups: [], locale: '', disabled: false },
      by,
    );
    bindAccount(ledger, id, { platform: 'telegram', tenant: '', id: String(user.id) }, by);
  }
  db.close();
};

/** Starts it for a cluster of 8 nodes with so many guests; resolves when the bot knows them and waits for updates. */
export const openBotSite = async (guests: number): Promise<BotSite> => {
  const site = await setUp({ guests, nodes: 8 });
  const telegram = await startFakeTelegram();
  const users = new Map(Object.keys(ROLES).map((name) => [name, telegram.addUser(name)]));
  const group = telegram.addGroup('ops', [...users.values()]);
  bindPeople(site.ledger, users);
  const token = site.plant('telegram', telegram.token);
  const bot = { console: undefined, telegram: { token, api: telegram.apiRoot, chats: [group.id] } };
  site.write({ bot, queue: undefined, worker: { bot_key: undefined } });
  const main = site.start('main');
  await firstLook(site.ledger);
  await until(() => `a poll; the bot said ${main.err()}`, telegram.isPolled);
  return {
    site,
    telegram,
    group,
    user: (name) => {
      const found = users.get(name);
      if (!found) throw new Error(`nobody is called ${name}`);
      return found;
    },
    close: async () => {
      await main.end();
      await telegram.close();
      await site.close();
    },
  };
};

// Published by node:http with every request that a server of this process begins to receive (node's diagnostics_channel docs).
const requests = channel('http.server.request.start');

/** Acts, and tells after how many ms the first request whose address matches reaches a server of this process. */
export const untilRequest = async (url: RegExp, act: () => void): Promise<number> => {
  let end: bigint | undefined;
  const seen = Promise.withResolvers<void>();
  // What this channel publishes, by the same documentation.
  const look = (message: unknown): void => {
    if (end !== undefined || !url.test((message as { request: IncomingMessage }).request.url ?? '')) return;
    end = process.hrtime.bigint();
    seen.resolve();
  };
  const late = setTimeout(() => seen.reject(new Error(`no request ${url} within 20 s`)), 20_000);
  requests.subscribe(look);
  try {
    const start = process.hrtime.bigint();
    act();
    await seen.promise;
    return Number((end ?? start) - start) / 1e6;
  } finally {
    clearTimeout(late);
    requests.unsubscribe(look);
  }
};
