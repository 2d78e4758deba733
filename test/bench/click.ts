import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { until } from '../flow/program.ts';
import { type Bench, median, milliseconds, quantile, time } from './row.ts';
import { type BenchStage, clock, openStage } from './stage.ts';

const [GUESTS, WARM, CLICKS] = [200, 20, 100];

/** Nothing has happened for so long: the run before is at its end, and its cards are out (ms). */
const QUIET = 40;

/** How long all plans together may take (ms). */
const PATIENCE = 90_000;

const quiet = async ({ site, telegram }: BenchStage): Promise<void> => {
  const seen = (): number => site.simulator.requests.length + telegram.calls().length;
  for (let before = -1; before !== seen(); ) {
    before = seen();
    await sleep(QUIET);
  }
};

/** The cards in the group that wait for an approval, by the number of the guest. */
const waiting = ({ telegram, group }: BenchStage): ReadonlyMap<number, number> =>
  new Map(
    telegram
      .messages(group)
      .filter(({ buttons }) => buttons.flat().some((button) => button.text === 'Approve'))
      .map(({ id, text }) => [Number(/guest-(\d+)/.exec(text)?.[1]), id]),
  );

/** Asks for a stop of each guest, and waits until all of them wait for an approval; gives their cards. */
export const askAll = async (
  stage: BenchStage,
  vmids: readonly number[],
): Promise<ReadonlyMap<number, number>> => {
  const { telegram, users, group } = stage;
  for (const vmid of vmids) telegram.say(users.omar, group, `/stop ${vmid}`);
  const late = clock() + PATIENCE;
  while (waiting(stage).size < vmids.length) {
    if (clock() > late) throw new Error(`${waiting(stage).size} of ${vmids.length} changes wait`);
    await sleep(QUIET);
  }
  await quiet(stage);
  return waiting(stage);
};

/** From a press to the first request of its run, and to the one that stops the guest (ms); how many requests come before that one. */
type Click = { readonly first: number; readonly stop: number; readonly reads: number };

const click = async (stage: BenchStage, [vmid, card]: readonly [number, number]): Promise<Click> => {
  const { site, telegram, users, group } = stage;
  await telegram.until(telegram.isPolled);
  const { requests } = site.simulator;
  const before = requests.length;
  const start = clock();
  telegram.press(users.ada, group, card, 'Approve');
  const stop = await until(
    () => `guest ${vmid} is stopped`,
    () => requests.slice(before).find(({ method, path }) => method === 'POST' && path.includes(`/${vmid}/`)),
  );
  const sent = requests.slice(before, requests.indexOf(stop));
  await quiet(stage);
  const [first] = sent;
  if (!first) throw new Error(`guest ${vmid} was stopped without a look at it`);
  return { first: first.at - start, stop: stop.at - start, reads: sent.length };
};

/** One transaction of one insert, synchronous=FULL, beside the ledger. */
const openBare = (folder: string) => {
  const sqlite = new Database(join(folder, 'bare.sqlite'));
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.exec('CREATE TABLE plain (id INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT');
  const insert = sqlite.prepare('INSERT INTO plain (line) VALUES (?)');
  const line = 'x'.repeat(300);
  const run = sqlite.transaction(() => insert.run(line));
  return { once: (): number => milliseconds(() => run.immediate()), close: () => sqlite.close() };
};

/** From a press on Approve to the worker's first request, in one process, against one transaction on the same disk. */
export const clickToRequest: Bench = {
  name: 'click',
  run: async () => {
    const stage = await openStage({ guests: GUESTS, nodes: 8, pace: 0 });
    const bare = openBare(stage.site.folder);
    try {
      const vmids = [...stage.site.simulator.world.guests.values()]
        .filter((guest) => guest.power.on)
        .slice(0, WARM + CLICKS)
        .map((guest) => guest.vmid);
      const cards = await askAll(stage, vmids);
      const clicks: Click[] = [];
      const transactions: number[] = [];
      for (const [i, card] of [...cards].entries()) {
        transactions.push(bare.once());
        const took = await click(stage, card);
        if (i >= WARM) clicks.push(took);
      }
      // More requests than usual: a look at the whole site came between, and the first one may be its.
      const reads = median(clicks.map((one) => one.reads));
      const sound = clicks.filter((one) => one.reads === reads);
      const firsts = sound.map(({ first }) => first);
      const [p99, usual] = [quantile(firsts, 0.99), median(transactions)];
      const hot = median(Array.from({ length: 200 }, bare.once));
      return {
        name: 'press on Approve to the first request to Proxmox, p50 : one transaction, synchronous=FULL',
        ours: median(firsts),
        baseline: usual,
        limit: 10,
        unit: 'ms',
        notes: [
          `p99 ${time(p99)}, a multiple of ${(p99 / usual).toFixed(1)}; ${firsts.length} presses, a transaction before each`,
          `to the request that stops the guest ${time(median(sound.map(({ stop }) => stop)))}`,
          `transactions in a row, without a rest: ${time(hot)} each, a multiple of ${(median(firsts) / hot).toFixed(1)}`,
        ],
      };
    } finally {
      bare.close();
      await stage.close();
    }
  },
};
