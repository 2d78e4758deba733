import { setTimeout as sleep } from 'node:timers/promises';
import type { Chat, User } from '@grammyjs/types';
import { type FakeTelegram, startFakeTelegram } from '../fake/telegram/telegram.ts';
import { startProgram } from '../flow/program.ts';
import { type Bench, median, quantile, time } from './row.ts';
import { clock, openStage } from './stage.ts';

const [NODES, WARM, ROUNDS] = [8, 100, 200];

/** How long a bot is left alone after an answer, so that it waits for the next update (ms). */
const REST = 10;

type Asked = { readonly telegram: FakeTelegram; readonly user: User; readonly chat: Chat };

/** From the update that a waiting poll is given to the message at the server (ms). */
const answerTime = async ({ telegram, user, chat }: Asked): Promise<number> => {
  await telegram.until(telegram.isPolled);
  const before = telegram.calls('sendMessage').length;
  const start = clock();
  telegram.say(user, chat, '/status');
  await telegram.until(() => telegram.calls('sendMessage').length > before);
  const [sent] = telegram.calls('sendMessage').slice(before);
  await sleep(REST);
  return (sent?.at ?? Number.NaN) - start;
};

/** What a bot sends for /status, without where to. */
const messageOf = async (bot: Asked): Promise<string> => {
  await answerTime(bot);
  const { chat_id: _, ...message } = bot.telegram.calls('sendMessage').at(-1)?.args ?? {};
  return JSON.stringify(message);
};

const openBare = async (message: string) => {
  const telegram = await startFakeTelegram({ now: clock });
  const user = telegram.addUser('omar');
  const file = 'test/bench/bare-bot-child.ts';
  const program = startProgram({ file, args: [telegram.apiRoot, telegram.token, message], env: {} });
  const close = async (): Promise<void> => {
    await program.end('SIGKILL');
    await telegram.close();
  };
  return { telegram, user, chat: telegram.addPrivateChat(user), close };
};

const openReal = async (guests: number) => {
  const { telegram, users, privately, close } = await openStage({ guests, nodes: NODES });
  return { telegram, user: users.omar, chat: privately, close };
};

/** The bots in turn, so that a slow moment of the machine hits all of them; their times without those of the first rounds. */
const inTurn = async (bots: readonly Asked[]): Promise<readonly (readonly number[])[]> => {
  const rounds: number[][] = [];
  for (let round = 0; round < WARM + ROUNDS; round += 1) {
    const took: number[] = [];
    for (const bot of bots) took.push(await answerTime(bot));
    rounds.push(took);
  }
  return bots.map((_, i) => rounds.slice(WARM).map((took) => took[i] ?? Number.NaN));
};

/**
 * `/status` in a private chat of one process with bot and worker, against a bare grammY bot that answers with a constant: the
 * very message that the other one makes, so that its length is not what is measured.
 */
export const status: Bench = {
  name: 'status',
  run: async () => {
    const real = [await openReal(100), await openReal(1000), await openReal(10_000)] as const;
    const bots = [await openBare(await messageOf(real[1])), ...real];
    try {
      const times = await inTurn(bots);
      const [bare = Number.NaN, small = Number.NaN, usual = Number.NaN, large = Number.NaN] =
        times.map(median);
      const spread = times.map((took) => `${time(median(took))} (p90 ${time(quantile(took, 0.9))})`);
      return {
        name: '/status for 1,000 guests on 8 nodes, update in to message out : bare grammY',
        ours: usual,
        baseline: bare,
        limit: 1.5,
        unit: 'ms',
        notes: [
          `bare ${spread[0]}; 100 guests ${spread[1]}; 1,000 ${spread[2]}; 10,000 ${spread[3]}`,
          `10,000 guests : 100 guests ${(large / small).toFixed(2)}`,
        ],
      };
    } finally {
      for (const bot of bots) await bot.close();
    }
  },
};
