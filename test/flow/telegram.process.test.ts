import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { verifyAudit } from '#db/audit/verify';
import { UNPACED } from '../fake/telegram/unpaced.ts';
import { type Group, openGroup } from './group.ts';
import { until } from './program.ts';
import { type SetUp, setUp } from './set-up.ts';
import { firstLook } from './stage.ts';

type Room = { readonly site: SetUp; readonly chat: Group };

/** Configures the bot for a Telegram and adds the two people, in the words of the README. */
const open = async (meeting: 'socket' | 'one process'): Promise<Room> => {
  const [site, chat] = [await setUp(), await openGroup(['omar', 'ada'])];
  const { telegram, group } = chat;
  const token = site.plant('telegram', telegram.token);
  const bot = {
    console: undefined,
    telegram: { token, api: telegram.apiRoot, per_minute: UNPACED, chats: [group.id] },
  };
  site.write(meeting === 'socket' ? { bot } : { bot, queue: undefined, worker: { bot_key: undefined } });
  await site.quorate('config', 'check');
  await site.quorate('people', 'add', 'omar', '--role', 'operator');
  await site.quorate('people', 'add', 'ada', '--role', 'admin', '--name', 'Ada L.');
  if (meeting === 'socket') await site.pinKey();
  return { site, chat };
};

const close = async ({ site, chat }: Room): Promise<void> => {
  try {
    await site.close();
    assert.ok(!chat.everything().includes(site.secrets.actor), 'the bot sent a secret');
  } finally {
    await chat.telegram.close();
  }
};

/** The code that the shell prints for a person. */
const codeFor = async ({ site }: Room, person: string): Promise<string> => {
  const [code] = (await site.quorate('link-code', person)).split(' ');
  return code ?? '';
};

const linking = async (room: Room): Promise<void> => {
  const { chat } = room;
  assert.match(await chat.ask('omar', '/status'), /not linked to anybody.*\/link CODE in a private chat/);
  assert.match(await chat.tell('omar', '/link WRONG-CODE'), /code is wrong, used or too old/);
  const shown = await codeFor(room, 'omar');
  assert.match(await chat.ask('omar', `/link ${shown}`), /Only in a private chat.*void now/);
  assert.match(await chat.tell('omar', `/link ${shown}`), /code is wrong, used or too old/);
  const code = await codeFor(room, 'omar');
  assert.match(await chat.tell('omar', `/link ${code}`), /is now omar \(omar, operator\)/);
  assert.match(await chat.tell('ada', `/link ${code}`), /code is wrong, used or too old/);
  assert.match(
    await chat.tell('ada', `/link ${await codeFor(room, 'ada')}`),
    /is now Ada L\. \(ada, admin\)/,
  );
};

const stopping = async ({ site, chat }: Room): Promise<void> => {
  const stops = (): number => site.requests('POST', /\/101\/status\/stop$/);
  await firstLook(site.ledger);
  assert.match(await chat.ask('omar', '/status'), /home · .*simulated/s);
  chat.say('omar', '/stop 101');
  await chat.cardSays(1, /stop web-01.*waiting for approval/s);
  chat.press('omar', 1, 'Approve');
  await until(
    () => 'the requester is told that it does not count',
    () => chat.telegram.answers().some(({ text }) => /You asked for this/.test(text ?? '')),
  );
  assert.equal(stops(), 0);
  chat.press('ada', 1, 'Approve');
  const done = await chat.cardSays(1, /done and verified/);
  assert.ok(!done.buttons.flat().some(({ text }) => /Approve|Deny|Withdraw/.test(text)));
  assert.equal(stops(), 1);
  const audit = await chat.ask('ada', '/audit #1');
  for (const kind of ['opened', 'planned', 'vote', 'start', 'finish'])
    assert.match(audit, new RegExp(`change\\.${kind}`));
  assert.match(audit, /click\.refused/);
};

const sealed = async ({ site }: Room): Promise<void> => {
  assert.match(await site.quorate('audit', 'verify'), /whole/);
  for (const file of [site.ledger, site.journal]) assert.equal(verifyAudit(file).verdict, 'whole');
};

describe('Quorate as an operator sets it up, over Telegram', () => {
  it('links people, stops a guest that two of them agreed on and proves it, as two processes', async () => {
    const room = await open('socket');
    try {
      const [worker, bot] = [room.site.start('worker'), room.site.start('bot')];
      await linking(room);
      await stopping(room);
      await sealed(room);
      assert.deepEqual(await bot.end(), { code: 0, signal: null });
      assert.deepEqual(await worker.end(), { code: 0, signal: null });
    } finally {
      await close(room);
    }
  });

  it('does the same as one process', async () => {
    const room = await open('one process');
    try {
      const main = room.site.start('main');
      await linking(room);
      await stopping(room);
      await sealed(room);
      assert.deepEqual(await main.end(), { code: 0, signal: null });
    } finally {
      await close(room);
    }
  });
});
