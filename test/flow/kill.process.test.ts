import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { verifyAudit } from '#db/audit/verify';
import { systemRandom } from '#db/ledger/ledger';
import { bindAccount, putPerson } from '#db/ledger/people';
import { openDatabase } from '#db/open';
import { UNPACED } from '../fake/telegram/unpaced.ts';
import { ada, omar } from '../policies/people.ts';
import { type Dice, dice, seedOfRun } from './dice.ts';
import { type Group, openGroup } from './group.ts';
import { type Program, until } from './program.ts';
import { type SetUp, setUp } from './set-up.ts';
import { firstLook } from './stage.ts';
import { layWideCaps } from './wide-caps.ts';

/** How often the process is killed. */
const KILLS = 20;
/** How many guests are stopped meanwhile, each by a change of its own. */
const CHANGES = 24;
/** Every fourth life lasts so long from its start (ms): sometimes not even to the end of it. */
const LIFE = { least: 250, most: 1_900 };
/** The others last so long at most (ms) once the process is at work, however long its start took. */
const WORK = 800;
/** How long what was begun may take to come to its end after the last kill (ms); seconds on a quiet machine. */
const SETTLED_WITHIN = 90_000;

/** How long all of it may take (ms): half a minute where nothing else runs. */
const LONGEST = 300_000;

type Life = { readonly random: Dice; readonly short: boolean };
type Room = { readonly site: SetUp; readonly chat: Group };

const open = async (): Promise<Room> => {
  const site = await setUp({ pace: 0.5, guests: 40 });
  const chat = await openGroup(['omar', 'ada']);
  const { telegram, group } = chat;
  const token = site.plant('telegram', telegram.token);
  const over = { token, api: telegram.apiRoot, per_minute: UNPACED, chats: [group.id] };
  site.write({ bot: { rules: layWideCaps(site.folder), console: undefined, telegram: over } });
  await site.pinKey();
  const db = openDatabase({ path: site.ledger, migrations: 'ledger', now: Date.now });
  const ledger = { db, now: Date.now, random: systemRandom };
  for (const person of [omar, ada]) {
    putPerson(ledger, person, { cli: 'test' });
    const account = { platform: 'telegram', tenant: '', id: String(chat.user(person.id).id) };
    bindAccount(ledger, person.id, account, { cli: 'test' });
  }
  db.close();
  return { site, chat };
};

const read = <T>(file: string, sql: string): T[] => {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], T>(sql).all();
  } finally {
    db.close();
  }
};

type Row = { readonly no: number; readonly guest: string; readonly state: string };

const changesOf = ({ site }: Room): Row[] =>
  read<Row>(site.ledger, 'SELECT no, target_key AS guest, state FROM changes ORDER BY no');

/** omar asks for one stop after the other, and ada approves each card that shows a button for it, again if nothing came of it. */
const people = ({ site, chat }: Room) => {
  const { telegram, group } = chat;
  const running = [...site.simulator.world.guests.values()].filter(({ power }) => power.on);
  const wanted = running.slice(0, CHANGES).map(({ vmid }) => vmid);
  const pressed = new Map<string, number>();
  const stopped = new AbortController();
  const asking = async (): Promise<void> => {
    for (const vmid of wanted) {
      chat.say('omar', `/stop ${vmid}`);
      await sleep(700, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const approving = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      for (const { id, buttons } of telegram.messages(group)) {
        const data = buttons.flat().find(({ text }) => text === 'Approve')?.data;
        if (data === undefined || Date.now() - (pressed.get(data) ?? 0) < 2_000) continue;
        pressed.set(data, Date.now());
        telegram.press(chat.user('ada'), group, id, 'Approve');
      }
      await sleep(50);
    }
  };
  const working = Promise.all([asking(), approving()]);
  const end = async (): Promise<void> => {
    stopped.abort();
    await working;
  };
  return { wanted, end };
};

const BUSY = ['planning', 'approved', 'running'];

/** How often a process did what it does again and again while it is at work. */
const doneBy = ({ site, chat }: Room, which: 'bot' | 'worker'): number =>
  which === 'bot' ? chat.telegram.calls('getUpdates').length : site.requests('GET', /./);

/** Starts the process and lets it live for a while. */
const life = async (room: Room, which: 'bot' | 'worker', { random, short }: Life): Promise<Program> => {
  const before = doneBy(room, which);
  const victim = room.site.start(which);
  if (!short)
    await until(
      () => `the ${which} is at work: ${victim.err()}`,
      () => doneBy(room, which) > before,
    );
  await sleep(short ? LIFE.least + random() * (LIFE.most - LIFE.least) : random() * WORK);
  return victim;
};

/** Starts the process and kills it, again and again, leaves the last one alive, and counts how often work was under way. */
const killing = async (room: Room, which: 'bot' | 'worker', random: Dice): Promise<number> => {
  let midway = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const victim = await life(room, which, { random, short: kill % 4 === 0 });
    if (changesOf(room).some(({ state }) => BUSY.includes(state))) midway += 1;
    assert.deepEqual(await victim.end('SIGKILL'), { code: null, signal: 'SIGKILL' }, victim.err());
  }
  room.site.start(which);
  return midway;
};

const ENDED = ['succeeded', 'failed', 'reverted', 'denied', 'withdrawn', 'expired', 'refused'];

/** Waits until each guest has its one change at an end or honestly unknown, and every card says how it stands. */
const settled = (room: Room, wanted: readonly number[]): Promise<true> => {
  const open = (): Row[] =>
    changesOf(room).filter(({ state }) => !ENDED.includes(state) && state !== 'unknown');
  const behind = (): unknown[] =>
    read(room.site.ledger, 'SELECT * FROM copies WHERE shown < wanted AND gone = 0');
  return until(
    () => `at an end; open: ${JSON.stringify(open())}; behind: ${JSON.stringify(behind())}`,
    () => changesOf(room).length >= wanted.length && open().length === 0 && behind().length === 0,
    SETTLED_WITHIN,
  ).then(() => true);
};

/** What must be true whatever was killed when. */
const truths = (room: Room, wanted: readonly number[]): void => {
  const rows = changesOf(room);
  assert.deepEqual(
    rows.map(({ guest }) => guest),
    wanted.map((vmid) => `home/${vmid}`),
    'what was asked once is one change, in the order of asking',
  );
  for (const { no, guest, state } of rows) {
    const vmid = guest.split('/').at(-1);
    const posts = room.site.requests('POST', new RegExp(`/${vmid}/status/stop$`));
    const told = `change #${no} of ${guest} is ${state} and had ${posts} requests`;
    if (state === 'succeeded') assert.equal(posts, 1, told);
    else assert.ok(posts <= 1 && ['failed', 'unknown'].includes(state), told);
  }
  for (const file of [room.site.ledger, room.site.journal]) assert.equal(verifyAudit(file).verdict, 'whole');
};

/** Cards that still show a button which decides although everything is decided. */
const liveCards = ({ chat }: Room) =>
  chat.telegram
    .messages(chat.group)
    .filter(({ fromBot, buttons }) => fromBot && buttons.flat().some(({ text }) => DECIDES.test(text)));

const DECIDES = /Approve|Deny|Withdraw/;

const play = async (victim: 'bot' | 'worker'): Promise<string> => {
  const seed = seedOfRun();
  const room = await open();
  try {
    const both = { worker: room.site.start('worker'), bot: room.site.start('bot') };
    await firstLook(room.site.ledger);
    await both[victim].end();
    const { wanted, end } = people(room);
    let midway = 0;
    try {
      midway = await killing(room, victim, dice(seed));
      await settled(room, wanted);
    } finally {
      await end();
    }
    truths(room, wanted);
    assert.deepEqual(liveCards(room), []);
    const states = Object.entries(Object.groupBy(changesOf(room), ({ state }) => state));
    const told = states.map(([state, rows = []]) => `${rows.length} ${state}`).join(', ');
    assert.ok(midway > 0, `no kill of ${KILLS} found work under way`);
    return `QUORATE_SEED=${seed}: ${midway} of ${KILLS} kills found work under way; ${told}`;
  } catch (error) {
    throw new Error(`with QUORATE_SEED=${seed}: ${String(error)}`, { cause: error });
  } finally {
    await room.site.close();
    await room.chat.telegram.close();
  }
};

describe('A change is executed at most once, whatever is killed', { concurrency: true }, () => {
  it(`the bot, ${KILLS} times`, { timeout: LONGEST }, async (test) => {
    test.diagnostic(await play('bot'));
  });

  it(`the worker, ${KILLS} times`, { timeout: LONGEST }, async (test) => {
    test.diagnostic(await play('worker'));
  });
});
