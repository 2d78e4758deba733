import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { until } from '../flow/program.ts';
import { type Bench, median, milliseconds, quantile, time } from './row.ts';
import { type BenchStage, clock, openStage } from './stage.ts';

const [GUESTS, WARM, CLICKS] = [200, 20, 100];

/** Nothing has happened for so long: the run before is at its end, and its cards are out (ms). */
const QUIET = 60;

const quiet = async ({ site, telegram }: BenchStage): Promise<void> => {
  const seen = (): number => site.simulator.requests.length + telegram.calls().length;
  for (let before = -1; before !== seen(); ) {
    before = seen();
    await sleep(QUIET);
  }
};

/** The card of the change of this guest that waits for an approval. */
const cardOf = ({ telegram, group }: BenchStage, vmid: number) =>
  telegram
    .messages(group)
    .findLast(
      ({ fromBot, text, buttons }) =>
        fromBot && text.includes(`guest-${vmid} `) && buttons.flat().some((button) => button.text === 'Approve'),
    );

/** Asks for a stop of each guest, and waits until all of them wait for an approval. */
const askAll = async (stage: BenchStage, vmids: readonly number[]): Promise<void> => {
  const { telegram, users, group } = stage;
  for (const vmid of vmids) telegram.say(users.omar, group, `/stop ${vmid}`);
  await until(
    () => 'every change waits for an approval',
    () => vmids.every((vmid) => cardOf(stage, vmid)),
  );
  await quiet(stage);
};

type Click = { readonly first: number; readonly stop: number };

/** Requests that only a look at the whole site sends, which may come at any time. */
const LOOK = /^\/(version|cluster\/backup)/;

/** From the press to the first request of its run, and to the one that stops the guest (ms); null where a look at the site came between. */
const click = async (stage: BenchStage, vmid: number): Promise<Click | null> => {
  const { site, telegram, users, group } = stage;
  const card = cardOf(stage, vmid);
  if (!card) throw new Error(`guest ${vmid} has no card`);
  await telegram.until(telegram.isPolled);
  const { requests } = site.simulator;
  const before = requests.length;
  const start = clock();
  telegram.press(users.ada, group, card.id, 'Approve');
  const stop = await until(
    () => `guest ${vmid} is stopped`,
    () => requests.slice(before).find(({ method, path }) => method === 'POST' && path.includes(`/${vmid}/`)),
  );
  const sent = requests.slice(before, requests.indexOf(stop));
  await quiet(stage);
  const [first] = sent;
  if (!first || sent.some(({ path }) => LOOK.test(path))) return null;
  return { first: first.at - start, stop: stop.at - start };
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
      await askAll(stage, vmids);
      const clicks: Click[] = [];
      const transactions: number[] = [];
      for (const [i, vmid] of vmids.entries()) {
        transactions.push(bare.once());
        const took = await click(stage, vmid);
        if (took && i >= WARM) clicks.push(took);
      }
      const firsts = clicks.map(({ first }) => first);
      const hot = median(Array.from({ length: 200 }, bare.once));
      return {
        name: 'press on Approve to the first request to Proxmox, p50 : one transaction, synchronous=FULL',
        ours: median(firsts),
        baseline: median(transactions),
        limit: 10,
        unit: 'ms',
        notes: [
          `p99 ${time(quantile(firsts, 0.99))} of ${firsts.length} presses; to the request that stops the guest ${time(median(clicks.map(({ stop }) => stop)))}`,
          `transactions in a row ${time(hot)} each, a multiple of ${(median(firsts) / hot).toFixed(1)}`,
        ],
      };
    } finally {
      bare.close();
      await stage.close();
    }
  },
};
