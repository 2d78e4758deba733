import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openTelegramCrowd } from '#test/contract/chat/telegram-party';
import { closeCrowds, type OpenCrowd, serveCrowds } from '../flow/crowds.ts';
import { until } from '../flow/program.ts';
import { firstLook } from '../flow/stage.ts';
import { layWideCaps } from '../flow/wide-caps.ts';
import { residentOf } from './memory.ts';
import { type Bench, time } from './row.ts';
import { clock } from './stage.ts';

/** Rest before memory is read (ms). */
const REST = 3_000;

const run = promisify(execFile);
const fixture = new URL('../fixture/loaded-clients.ts', import.meta.url).pathname;

/** Fails where a client is loaded for a platform that is not configured. */
const loadsNoOther = async (): Promise<void> => {
  const { stdout } = await run(process.execPath, [fixture, 'telegram']);
  assert.deepEqual(JSON.parse(stdout), ['grammy'], 'no client is loaded that is not configured');
};

/** From the start of the bot until a person is answered on each of its platforms (ms), and its memory at rest (MiB). */
const startWith = async (opens?: readonly OpenCrowd[]): Promise<{ ms: number; mib: number }> => {
  const all = await serveCrowds({}, layWideCaps, opens);
  const { site, crowds } = all;
  try {
    site.start('worker');
    const first = site.start('bot');
    await firstLook(site.ledger);
    await first.end();
    const start = clock();
    const bot = site.start('bot');
    await Promise.all(
      crowds.map(async (crowd) => {
        // A platform keeps nothing for an application that is not there: it is asked again until it answers.
        const asking = setInterval(() => crowd.told('omar').length === 0 && ask(crowd), 100);
        await until(
          () => `${crowd.platform} answers: ${bot.err()}`,
          () => crowd.told('omar').length > 0,
        );
        clearInterval(asking);
      }),
    );
    const ms = clock() - start;
    await sleep(REST);
    return { ms, mib: residentOf(bot.child.pid ?? assert.fail('the bot has no id')) };
  } finally {
    await closeCrowds(all);
  }
};

const ask = (crowd: Awaited<ReturnType<OpenCrowd>>): void => {
  try {
    crowd.says('omar', '/whoami');
  } catch {
    // A fake whose socket nobody opened yet.
  }
};

/** Memory and start of the bot's process with all three platforms, against one. */
export const startUp: Bench = {
  name: 'start',
  run: async () => {
    await loadsNoOther();
    const one = await startWith([openTelegramCrowd]);
    const three = await startWith();
    return {
      name: 'memory of the bot with three platforms : with Telegram alone',
      ours: three.mib,
      baseline: one.mib,
      limit: null,
      unit: 'MiB RSS',
      notes: [
        `from its start to an answer on each: three ${time(three.ms)}, one ${time(one.ms)}, ratio ${(three.ms / one.ms).toFixed(2)}`,
        'with Telegram alone neither discord.js nor @slack/bolt is loaded',
      ],
    };
  },
};
