import { type FakeTelegram, startFakeTelegram } from '#test/fake/telegram/telegram';
import { type Program, startProgram, until } from '#test/flow/program';
import { type BotSite, openBotSite, untilRequest } from './bot-site.ts';
import { type Bench, median, quantile, time } from './row.ts';

/** Asks for `/status` once and gives the ms from the update to the message that answers it. */
type Ask = () => Promise<number>;

const [WARM_UP, ROUNDS] = [40, 150];

const asking = (telegram: FakeTelegram, user: ReturnType<FakeTelegram['addUser']>): Ask => {
  const chat = telegram.addPrivateChat(user);
  return async () => {
    // A poll that waits is where an update is delivered at once, on both sides.
    await telegram.until(telegram.isPolled);
    return untilRequest(new RegExp(`/bot${telegram.token}/sendMessage`), () =>
      telegram.say(user, chat, '/status'),
    );
  };
};

const openBare = async (): Promise<{ telegram: FakeTelegram; bot: Program }> => {
  const telegram = await startFakeTelegram();
  const args = [telegram.token, telegram.apiRoot];
  const bot = startProgram({ file: 'test/bench/bare-bot-child.ts', args, env: {} });
  await until(() => `a poll; the bot said ${bot.err()}`, telegram.isPolled);
  return { telegram, bot };
};

/** Every side in turn, so that a slow moment of the machine hits all of them; the order changes with every round. */
const rounds = async (sides: readonly Ask[], count: number): Promise<number[][]> => {
  const took: number[][] = sides.map(() => []);
  for (let round = 0; round < count; round += 1)
    for (let i = 0; i < sides.length; i += 1) {
      const at = (i + round) % sides.length;
      const ms = await sides[at]?.();
      if (ms !== undefined) took[at]?.push(ms);
    }
  return took;
};

const measure = async (sites: readonly BotSite[], bare: FakeTelegram) => {
  const sides = [
    ...sites.map(({ telegram, user }) => asking(telegram, user('omar'))),
    asking(bare, bare.addUser('omar')),
  ];
  await rounds(sides, WARM_UP);
  const [ours = [], few = [], many = [], constant = []] = await rounds(sides, ROUNDS);
  return { ours, few, many, constant };
};

const spread = (what: string, values: readonly number[]): string =>
  `${what}: p50 ${time(median(values))}, p99 ${time(quantile(values, 0.99))}`;

/** `/status` through the whole product against a bare grammY bot at the same server, whose handler answers a constant. */
export const status: Bench = {
  name: 'status',
  run: async () => {
    const sites: BotSite[] = [];
    for (const guests of [1000, 100, 10_000]) sites.push(await openBotSite(guests));
    const { telegram: bare, bot } = await openBare();
    try {
      const { ours, few, many, constant } = await measure(sites, bare);
      const growth = (median(many) / median(few)).toFixed(2);
      return {
        name: '/status of 1,000 guests on 8 nodes, update to message : bare grammY bot with a constant',
        ours: median(ours),
        baseline: median(constant),
        limit: 1.5,
        unit: 'ms',
        notes: [
          spread('1,000 guests', ours),
          spread('bare bot', constant),
          `${spread('100 guests', few)}; ${spread('10,000 guests', many)}; ratio ${growth}, limit none`,
        ],
      };
    } finally {
      await bot.end();
      await bare.close();
      for (const site of sites) await site.close();
    }
  },
};
