import { createPublicKey, type KeyObject } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { openMeeting } from '#db/config/meeting';
import { signingKey } from '#db/config/signing-key';
import { DatabaseError } from '#db/database-error';
import { holdFile } from '#db/hold';
import { type Ledger, randomText, systemRandom } from '#db/ledger/ledger';
import { openReports } from '#db/ledger/worker-keys';
import { openDatabase } from '#db/open';
import { unsealing } from '#db/queue/sealed';
import { type BotParts, type RunningBot, startBot } from './bot.ts';
import { complaintLines } from './cli/shell.ts';
import { ledgerPath } from './cli/with-ledger.ts';
import { type BotSettings, configPath, environment, loadBotSettings } from './config.ts';
import { type Console, openConsole } from './console/console.ts';
import { addDemoPeople } from './console/demo-people.ts';
import { PLATFORM as CONSOLE, CONSOLE_CHAT } from './console/limits.ts';
import { connectPlatforms } from './platforms.ts';
import { watchRules } from './rules-file.ts';
import type { Watching } from './watching.ts';

/** The streams of a console and where everything else is told. */
export type Terminal = { readonly input: Readable; readonly output: Writable; readonly log: Logger };

/** A bot at work. `ended` resolves when the console's input is at its end; without a console it never does. */
export type BotProcess = RunningBot & { readonly ended: Promise<void> };

/** What of the bot another part of the same process needs before the bot runs. */
export type BotGround = { readonly ledger: Ledger; readonly key: KeyObject; readonly publicKey: KeyObject };

/** Opens the bot's memory and its key below the state directory, making both where they are not there. Throws DatabaseBusy beside another bot. */
export const openGround = (state: string, now: () => number): BotGround => {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const path = ledgerPath(state);
  const release = holdFile(path);
  const db = openDatabase({ path, migrations: 'ledger', now });
  const close = (): void => {
    db.close();
    release();
  };
  const key = signingKey(join(state, 'bot-key.pem'));
  const ledger = { db: { ...db, close }, now, random: systemRandom };
  return { ledger, key, publicKey: createPublicKey(key) };
};

type ConsoleFor = Pick<Terminal, 'input' | 'output'> & {
  readonly locale: string;
  readonly quiet: () => Promise<void>;
};

const consoleFor = (ledger: Ledger, { input, output, ...rest }: ConsoleFor): Console => {
  addDemoPeople(ledger);
  const interactive = 'isTTY' in input && input.isTTY === true;
  return openConsole({
    input,
    output,
    interactive,
    ...rest,
    now: ledger.now,
    session: randomText(ledger, 12),
    first: 'omar',
  });
};

/** Whoever is at the terminal of the demo sees it all. */
const consoleChat: Watching = { platform: CONSOLE, chat: CONSOLE_CHAT, sees: 'everything' };

/** Starts the bot that the settings describe, on ground that is open, over a queue that is open. */
export const runBot = async (
  settings: BotSettings,
  { ledger, key }: BotGround,
  { queue, terminal, ...wait }: Pick<BotParts, 'queue' | 'first'> & { readonly terminal: Terminal },
): Promise<BotProcess> => {
  const { locale } = settings;
  const rules = watchRules(settings.rules);
  const { input, output, log } = terminal;
  const { promise: running, resolve: runs } = Promise.withResolvers<RunningBot>();
  const quiet = async (): Promise<void> => (await running).idle();
  const named = settings.console ? consoleFor(ledger, { input, output, locale, quiet }) : null;
  const terminals = named ? [{ chat: named, watching: [consoleChat] }] : [];
  const connected = [...terminals, ...(await connectPlatforms(settings, { ledger, log }))];
  const chats = connected.map(({ chat }) => chat);
  const watching = connected.flatMap((one) => one.watching);
  const bot = await startBot({ ledger, rules, key, queue, chats, watching, locale, log, ...wait });
  runs(bot);
  return { ...bot, ended: named?.ended ?? new Promise(() => {}) };
};

/** Resolves when the process is asked to stop. */
export const stopAsked = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });

/** Where a process tells what is not for the people in its chats: standard error, as JSON lines. */
export const processLog = (): Logger => pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));

/**
 * Runs a process to its end. What stops it is one sentence on standard error, its details in the log, and exit code 1; a
 * start that failed half way leaves nothing running.
 */
export const runToEnd = async (main: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await main();
  } catch (error) {
    // A DatabaseError names its file and the remedy; of anything else the log keeps where it came from.
    if (!(error instanceof DatabaseError)) processLog().fatal({ err: error }, 'this process cannot go on');
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
};

const main = async (): Promise<number> => {
  const log = processLog();
  const path = configPath(environment()) ?? '/etc/quorate/quorate.yaml';
  const settings = loadBotSettings(path, environment());
  if (!settings.ok) {
    for (const line of complaintLines(path, settings.error)) console.error(line);
    return 1;
  }
  const { meeting, state } = settings.value;
  if (!meeting) {
    for (const line of complaintLines(path, [
      {
        at: 'queue',
        line: null,
        expected: '{ redis: .. } or { socket: .. }: this bot is a process of its own',
      },
    ]))
      console.error(line);
    return 1;
  }
  const onTrouble = (what: string, cause: unknown): void => log.warn({ err: cause }, what);
  const ground = openGround(state, Date.now);
  const open = openReports(ground.ledger, settings.value.workerKeys);
  const queue = unsealing(await openMeeting(meeting, { listen: false, onTrouble }), open);
  const terminal = { input: process.stdin, output: process.stdout, log };
  const bot = await runBot(settings.value, ground, { queue, terminal });
  await Promise.race([bot.ended.then(() => bot.idle()), stopAsked()]);
  await bot.stop();
  await queue.close();
  ground.ledger.db.close();
  return 0;
};

if (import.meta.main) await runToEnd(main);
