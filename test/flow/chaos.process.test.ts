import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { verifyAudit } from '#db/audit/verify';
import type { Configured } from '#test/contract/chat/party';
import { act, NAMES, type Tally } from './chaos-acts.ts';
import { cardsOf, closeCrowds, type Served, serveCrowds } from './crowds.ts';
import { type Dice, dice, seedOfRun } from './dice.ts';
import { until } from './program.ts';
import { firstLook } from './stage.ts';
import { layWideCaps } from './wide-caps.ts';

/** How much people do, and how often the bot is killed meanwhile. */
const ACTS = 1000;
const KILLS = 20;
/** Between two acts (ms), at most. */
const REST = 20;
/** How long all of it may take (ms): a minute where nothing else runs. */
const LONGEST = 300_000;
/** How long everything may take to come to rest at the end (ms): the longest wait after a failure, and some. */
const PATIENCE = 90_000;

const DECIDES = /Approve|Deny|Withdraw/;
const FINAL = new Set(['succeeded', 'failed', 'reverted', 'denied', 'withdrawn', 'expired', 'refused']);

const read = <T>(file: string, sql: string): T[] => {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], T>(sql).all();
  } finally {
    db.close();
  }
};

type Row = { readonly id: string; readonly no: number; readonly state: string };

const changesOf = ({ site }: Served): Row[] =>
  read<Row>(site.ledger, 'SELECT id, no, state FROM changes ORDER BY no');

/** What is still under way, in words for whoever reads why it did not end. */
const unrest = ({ site }: Served): readonly unknown[] => [
  ...read(site.ledger, "SELECT no, state FROM changes WHERE state IN ('planning', 'approved', 'running')"),
  ...read(site.ledger, 'SELECT platform, change, tries FROM copies WHERE shown < wanted AND gone = 0'),
  ...read(site.ledger, 'SELECT platform, event FROM inbound WHERE handled = 0'),
];

const rest = async (served: Served): Promise<void> => {
  const late = Date.now() + PATIENCE;
  for (;;) {
    const left = unrest(served);
    if (left.length === 0) return;
    if (Date.now() > late)
      throw new Error(`${left.length} not at rest, such as ${JSON.stringify(left.slice(0, 5))}`);
    await sleep(50);
  }
};

/** Waits until the bot is at work, so that most kills meet something; every fourth may meet a start. */
const atWork = async ({ crowds }: Served, kill: number): Promise<void> => {
  if (kill % 4 === 0) return;
  const [crowd = assert.fail('there are platforms')] = crowds;
  const told = (): number => crowd.told('omar').length;
  const before = told();
  crowd.says('omar', '/status');
  await until(
    () => 'the bot answers',
    () => told() > before,
  );
};

/** People do what they do; the bot is killed again and again, and started at once. */
const storm = async (served: Served, random: Dice): Promise<Tally> => {
  const { site, crowds } = served;
  const vmids = [...site.simulator.world.guests.keys()];
  const tally: Tally = { did: new Map(), lostPosts: new Map(), acts: 0 };
  let bot = site.start('bot');
  for (let done = 1; done <= ACTS; done += 1) {
    act(random, crowds, { tally, vmids });
    await sleep(random() * REST);
    if (done % (ACTS / KILLS) !== 0) continue;
    assert.deepEqual(await bot.end('SIGKILL'), { code: null, signal: 'SIGKILL' }, bot.err());
    bot = site.start('bot');
    await atWork(served, done / (ACTS / KILLS));
  }
  return tally;
};

/** What an operation came to, by its audit: at most one start and one end. */
const decidedOnce = ({ site }: Served): void => {
  const twice = read(
    site.ledger,
    `SELECT change, kind, count(*) AS times FROM audit_record WHERE kind IN ('change.start', 'change.finish')
     GROUP BY change, kind HAVING times > 1`,
  );
  assert.deepEqual(twice, []);
  const [started] = read<{ n: number }>(
    site.ledger,
    "SELECT count(*) AS n FROM audit_record WHERE kind = 'change.start'",
  );
  const requests = site.requests('POST', /\/status\/(stop|start|reboot|shutdown)$/);
  assert.ok(requests <= (started?.n ?? 0), `${requests} requests for ${started?.n} starts`);
};

/** A platform with its room as it looks now: to draw all that stands in it takes as long as all the rest. */
const atOnce = (crowd: Configured): Configured => {
  const cards = crowd.shown(crowd.room);
  return { ...crowd, shown: () => cards };
};

/** Cards on which something could still be decided although it is. */
const liveButtons = (served: Served): readonly string[] =>
  served.crowds.map(atOnce).flatMap((crowd) =>
    changesOf(served)
      .filter(({ state }) => FINAL.has(state))
      .flatMap(({ no, state }) =>
        cardsOf(crowd, no)
          .filter(({ buttons }) => buttons.some((label) => DECIDES.test(label)))
          .map(({ id }) => `${crowd.platform} #${no} is ${state}, message ${id}`),
      ),
  );

/** Cards beyond one of each change in each room, by platform. */
const duplicates = (served: Served): ReadonlyMap<string, number> => {
  const changes = changesOf(served);
  return new Map(
    served.crowds.map(atOnce).map((crowd) => {
      const more = changes.map(({ no }) => Math.max(0, cardsOf(crowd, no).length - 1));
      return [crowd.platform, more.reduce((sum, one) => sum + one, 0)];
    }),
  );
};

const truths = (served: Served, tally: Tally): void => {
  const { site, crowds } = served;
  const ends = new Set(changesOf(served).map(({ state }) => state));
  for (const end of ['succeeded', 'denied', 'withdrawn'])
    assert.ok(ends.has(end), `no change of ${changesOf(served).length} is ${end}`);
  decidedOnce(served);
  assert.deepEqual(liveButtons(served), []);
  for (const name of NAMES) {
    const told = crowds.reduce((sum, crowd) => sum + crowd.told(name).length, 0);
    // A line that only reads may be answered once more when the bot is killed between answer and storing.
    const most = (tally.did.get(name) ?? 0) + KILLS;
    assert.ok(told <= most, `${name} did ${tally.did.get(name)} things and was told ${told}`);
  }
  const twice = duplicates(served);
  for (const { platform, cardsAfterLoss } of crowds) {
    const more = twice.get(platform) ?? 0;
    const least = cardsAfterLoss === 1 ? 0 : (tally.lostPosts.get(platform) ?? 0) + KILLS;
    assert.ok(more <= least, `${more} cards too many on ${platform}, where ${least} cannot be helped`);
  }
  for (const file of [site.ledger, site.journal]) assert.equal(verifyAudit(file).verdict, 'whole');
};

const play = async (test: TestContext): Promise<void> => {
  const seed = seedOfRun();
  const served = await serveCrowds({ pace: 0.05, guests: 40 }, layWideCaps);
  try {
    served.site.start('worker');
    const first = served.site.start('bot');
    await firstLook(served.site.ledger);
    await first.end();
    const tally = await storm(served, dice(seed));
    await rest(served);
    truths(served, tally);
    const states = Object.entries(Object.groupBy(changesOf(served), ({ state }) => state));
    const told = states.map(([state, rows = []]) => `${rows.length} ${state}`).join(', ');
    const twice = [...duplicates(served)].map(([platform, more]) => `${more} on ${platform}`).join(', ');
    test.diagnostic(
      `QUORATE_SEED=${seed}: ${tally.acts} acts, ${KILLS} kills; ${told}; duplicates: ${twice}`,
    );
  } catch (error) {
    throw new Error(`with QUORATE_SEED=${seed}: ${String(error)}`, { cause: error });
  } finally {
    await closeCrowds(served);
  }
};

describe('Whatever goes wrong between people and the bot', () => {
  it(
    `${ACTS} acts, with ${KILLS} kills: each is decided once, answered once at most, and nothing decided keeps its buttons`,
    { timeout: LONGEST },
    (test) => play(test),
  );
});
