import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { SCRATCH } from '#test/fixture/scratch';
import { layDemoRoot, startDemoCluster } from '#worker/demo';
import { layDemoScripts } from '#worker/demo-scripts';
import { startDemo } from '../../main.ts';
import { startProcesses, writeConfig } from './processes.ts';
import type { Stage } from './story.ts';
import { follow } from './transcript.ts';

/** How fast the simulated cluster's tasks run: a twentieth of a real one's time. */
const PACE = 0.05;

/** A stage that can be left again. */
export type OpenStage = Stage & { close(): Promise<void> };

type Print = (text: string) => void;

/** Everything in this process, with the queue inside it. */
export const openEmbedded = async (print: Print): Promise<OpenStage> => {
  const folder = mkdtempSync(join(SCRATCH, 'quorate-story-'));
  const [input, output] = [new PassThrough(), new PassThrough()];
  const transcript = follow(input, output, print);
  const log = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));
  const demo = await startDemo(folder, { input, output, log }, PACE);
  return {
    transcript,
    print,
    simulator: demo.simulator,
    root: join(folder, 'root'),
    ledger: join(folder, 'bot', 'ledger.sqlite'),
    journal: join(folder, 'worker', 'journal.db'),
    close: async () => {
      await demo.stop();
      rmSync(folder, { recursive: true });
    },
  };
};

/** Waits until the worker's first look at the site has reached the bot's ledger; at most 30 s. */
export const firstLook = async (ledger: string): Promise<void> => {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    await sleep(50);
    if (!existsSync(ledger)) continue;
    const file = new Database(ledger, { readonly: true });
    try {
      if (
        file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'inventories'").get() &&
        file.prepare('SELECT 1 FROM inventories').get()
      )
        return;
    } finally {
      file.close();
    }
  }
  throw new Error('no inventory reached the bot within 30 s');
};

/** Bot and worker as two processes, meeting over Redis at this address, or over a Unix socket where none is given. */
export const openApart = async (print: Print, redis: string | null): Promise<OpenStage> => {
  const folder = mkdtempSync(join(SCRATCH, 'quorate-story-'));
  const root = join(folder, 'root');
  layDemoRoot(root);
  await layDemoScripts(root);
  const simulator = await startDemoCluster(PACE);
  const meet = redis === null ? { socket: join(folder, 'queue.sock') } : { redis };
  const running = startProcesses(writeConfig(folder, simulator, root, meet), meet);
  await firstLook(join(folder, 'bot', 'ledger.sqlite'));
  return {
    transcript: follow(running.input, running.output, print),
    print,
    simulator,
    root,
    ledger: join(folder, 'bot', 'ledger.sqlite'),
    journal: join(folder, 'worker', 'journal.db'),
    close: async () => {
      await running.stop();
      await simulator.close();
      rmSync(folder, { recursive: true });
    },
  };
};
