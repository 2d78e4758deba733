import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { complaintLines } from '#bot/cli/shell';
import { type BotSettings, configPath, environment, loadBotSettings } from '#bot/config';
import {
  type BotProcess,
  openGround,
  processLog,
  runBot,
  runToEnd,
  stopAsked,
  type Terminal,
} from '#bot/main';
import type { Office } from '#bot/office';
import { readConfig } from '#db/config/read-config';
import { localHub, localQueue } from '#db/queue/local';
import { Config } from '#policies/config';
import { workerConfig } from '#worker/config';
import { layDemoRoot, startDemoCluster, startDemoWorker } from '#worker/demo';
import { layDemoScripts } from '#worker/demo-scripts';
import type { Log } from '#worker/jobs/worker';
import { type RunningWorker, startWorker } from '#worker/main';
import type { Simulator } from '#worker/simulator/simulator';

/** Bot and worker in one process, and how to end them. */
export type Both = {
  readonly bot: BotProcess;
  readonly worker: RunningWorker;
  readonly stop: () => Promise<void>;
};

const workerLog =
  ({ log }: Terminal): Log =>
  (level, message, facts = {}) => {
    const { error, ...rest } = { error: undefined, ...facts };
    log[level](error === undefined ? rest : { ...rest, err: error }, message);
  };

const demoSettings = (state: string): BotSettings => ({
  site: 'home',
  state,
  rules: 'two-person',
  locale: 'en',
  console: true,
  meeting: null,
  workerKeys: null,
  telegram: null,
  discord: null,
  slack: null,
});

/** Longest wait for a first look at the site before people are let in (ms). */
const FIRST_LOOK = 2500;

/** Waits until the site is known, so that the first question is answered; a silent node keeps nobody out for long. */
const firstLook = async ({ inventories }: Office): Promise<void> => {
  const end = Date.now() + FIRST_LOOK;
  while (inventories().length === 0 && Date.now() < end) await sleep(20);
};

/** The demo: a simulated cluster, a worker and a bot with the console as its chat. Everything lies below `folder`. */
export const startDemo = async (
  folder: string,
  terminal: Terminal,
  pace: number,
): Promise<Both & { readonly simulator: Simulator }> => {
  const root = join(folder, 'root');
  layDemoRoot(root);
  await layDemoScripts(root);
  const simulator = await startDemoCluster(pace);
  const settings = demoSettings(join(folder, 'bot'));
  const ground = openGround(settings.state, Date.now);
  const hub = localHub();
  const place = { state: join(folder, 'worker'), root, botKey: ground.publicKey };
  const worker = await startDemoWorker(simulator, place, {
    queue: localQueue(hub),
    log: workerLog(terminal),
  });
  const bot = await runBot(settings, ground, { queue: localQueue(hub), terminal, first: firstLook });
  const stop = async (): Promise<void> => {
    await bot.stop();
    await worker.stop();
    await simulator.close();
    ground.ledger.db.close();
  };
  return { bot, worker, simulator, stop };
};

const startConfigured = async (path: string, terminal: Terminal): Promise<Both | readonly string[]> => {
  const env = environment();
  const settings = loadBotSettings(path, env);
  if (!settings.ok) return complaintLines(path, settings.error);
  const whole = readConfig(path, Config);
  if (!whole.ok) return complaintLines(path, whole.error);
  mkdirSync(settings.value.state, { recursive: true, mode: 0o700 });
  const ground = openGround(settings.value.state, Date.now);
  const config = workerConfig(whole.value, { path, environment: env, botKey: ground.publicKey });
  if (!config.ok) return complaintLines(path, config.error);
  const hub = localHub();
  const log = workerLog(terminal);
  const worker = await startWorker({
    config: config.value,
    queue: localQueue(hub),
    now: Date.now,
    random: randomBytes,
    log,
  });
  const bot = await runBot(settings.value, ground, { queue: localQueue(hub), terminal });
  const stop = async (): Promise<void> => {
    await bot.stop();
    await worker.stop();
    ground.ledger.db.close();
  };
  return { bot, worker, stop };
};

const WELCOME = (
  folder: string,
): string => `Quorate demo. This Proxmox VE is SIMULATED: nothing real is touched.
People: vera (viewer), omar (operator), ada and ivan (admins). Speak as one of them:
  @vera /status     @omar /stop 101     @ada 1   (presses button 1)     /help
Everything is kept in ${folder}; check its log with: npm run quorate -- audit verify ${folder}/bot/ledger.sqlite
`;

const runDemo = async (terminal: Terminal): Promise<Both> => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-demo-'));
  terminal.output.write(WELCOME(folder));
  return startDemo(folder, terminal, 1);
};

const main = async (): Promise<number> => {
  const terminal = { input: process.stdin, output: process.stdout, log: processLog() };
  const path = configPath(environment());
  const both = path === null ? await runDemo(terminal) : await startConfigured(path, terminal);
  if (!('bot' in both)) {
    for (const line of both) console.error(line);
    return 1;
  }
  const { bot, worker, stop } = both;
  await Promise.race([bot.ended.then(() => bot.idle()), stopAsked()]);
  await worker.idle();
  await stop();
  return 0;
};

if (import.meta.main) await runToEnd(main);
