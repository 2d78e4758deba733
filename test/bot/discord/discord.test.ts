import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { menusIn } from '#bot/commands/table';
import { cardOf, file, landed, note, openStage, ROWS, type Stage } from './stage.ts';

let clock = 1_790_000_000_000;
let stage: Stage;

beforeEach(async () => {
  clock = 1_790_000_000_000;
  stage = await openStage({ now: () => clock });
});
afterEach(() => stage.close());

describe('posting', () => {
  test('a card is posted as components with its file and edited in place', async () => {
    const { chat, discord, ops } = stage;
    const ref = landed(await chat.post(ops.id, cardOf('one', { attachment: file })));
    assert.deepEqual(ref, { platform: 'discord', chat: ops.id, message: ref.message });
    const [posted] = discord.messages(ops);
    assert.deepEqual([posted?.text, posted?.buttons, posted?.colour], ['one', ['Approve'], 0xf1c40f]);
    assert.deepEqual(posted?.files, [{ name: file.name, text: file.text }]);
    assert.deepEqual(await chat.edit(ref, note('two')), { sent: 'ok', ref });
    const [seen] = discord.messages(ops);
    assert.deepEqual([seen?.text, seen?.edits, seen?.buttons, seen?.files], ['two', 1, [], []]);
  });

  test('a post that is tried again finds what the first try left, and brings it up to date', async () => {
    const { chat, discord, ops } = stage;
    discord.faults.dropAfterAccept('post');
    assert.equal((await chat.post(ops.id, cardOf('one'), 'change-1')).sent, 'unknown');
    landed(await chat.post(ops.id, note('two'), 'change-1'));
    const seen = discord.messages(ops);
    assert.deepEqual([seen.length, seen[0]?.text, seen[0]?.buttons], [1, 'two', []]);
    landed(await chat.post(ops.id, cardOf('other'), 'change-2'));
    assert.equal(discord.messages(ops).length, 2);
    assert.equal(discord.messages(ops)[1]?.edits, 0, 'what was just made needs no edit');
  });

  test('a card that somebody deleted is posted anew, although its nonce still names the old one', async () => {
    const { chat, discord, ops } = stage;
    const ref = landed(await chat.post(ops.id, cardOf('one'), 'change-1'));
    ops.messages.delete(ref.message);
    assert.deepEqual(await chat.edit(ref, note('two')), { sent: 'gone' });
    const again = landed(await chat.post(ops.id, note('two'), 'change-1'));
    assert.notEqual(again.message, ref.message);
    assert.deepEqual(
      discord.messages(ops).map(({ id, text }) => [id, text]),
      [[again.message, 'two']],
    );
  });

  test('a post and its file are one message: without the file nothing is posted', async () => {
    const { chat, discord, ops } = stage;
    discord.deny(ops, 'attach');
    const sent = await chat.post(ops.id, cardOf('plan', { attachment: file }));
    assert.deepEqual(sent, { sent: 'refused', why: 'Missing Permissions (50013)' });
    assert.equal(discord.messages(ops).length, 0);
  });

  test('a card in a thread stands in that thread, and one that went to sleep is woken for an edit', async () => {
    const { chat, discord, ops } = stage;
    const thread = discord.addThread(ops, 'web');
    const place = `${ops.id}/${thread.id}`;
    assert.equal(chat.serves(place), true);
    const ref = landed(await chat.post(place, cardOf('plan')));
    thread.archived = true;
    assert.deepEqual(await chat.edit(ref, note('done')), { sent: 'ok', ref });
    assert.equal(discord.messages(thread)[0]?.text, 'done');
    thread.archived = true;
    thread.locked = true;
    assert.equal((await chat.edit(ref, note('more'))).sent, 'refused');
    assert.equal((await chat.post(place, note('more'))).sent, 'refused');
  });
});

describe('what became of it', () => {
  const words: readonly [string, (stage: Stage) => void, object][] = [
    [
      'a channel that is gone',
      ({ discord, ops }) => void discord.world.channels.delete(ops.id),
      { sent: 'gone' },
    ],
    [
      'a channel that the bot cannot see',
      ({ discord, ops }) => discord.deny(ops, 'view'),
      { sent: 'refused', why: 'Missing Access (50001)' },
    ],
    [
      'a channel where it must not write',
      ({ discord, ops }) => discord.deny(ops, 'send'),
      { sent: 'refused', why: 'Missing Permissions (50013)' },
    ],
    [
      'a token that was taken back',
      ({ discord }) => discord.revokeToken(),
      { sent: 'refused', why: '401: Unauthorized (0)' },
    ],
    ['429', ({ discord }) => discord.faults.respond429('post', 9), { sent: 'wait', ms: 9_000 }],
    [
      '502',
      ({ discord }) => discord.faults.fail5xxBeforeAccept('post'),
      { sent: 'unknown', why: '502 Bad Gateway' },
    ],
  ];
  for (const [what, befall, sent] of words)
    test(`${what}: ${JSON.stringify(sent)}, twice as well`, async () => {
      const { chat, ops, discord } = stage;
      befall(stage);
      assert.deepEqual(await chat.post(ops.id, cardOf('one')), sent);
      if (what === '502') discord.faults.fail5xxBeforeAccept('post');
      if (what === '429') discord.faults.respond429('post', 9);
      assert.deepEqual(await chat.post(ops.id, cardOf('one')), sent);
      assert.equal(discord.calls('post').length, 2, 'no try of the library’s own');
    });

  test('a server that cannot be reached was sent nothing: wait', async () => {
    await stage.discord.close();
    assert.equal((await stage.chat.post(stage.ops.id, cardOf('one'))).sent, 'wait');
  });

  test('a bucket that is empty says how long to wait, before the server has to', async () => {
    const paced = await openStage({ limits: { pace: { count: 2, windowMs: 2_000 } } });
    const { chat, ops, discord } = paced;
    landed(await chat.post(ops.id, note('one')));
    landed(await chat.post(ops.id, note('two')));
    const sent = await chat.post(ops.id, note('three'));
    assert.ok(sent.sent === 'wait' && sent.ms > 0 && sent.ms <= 2_000, JSON.stringify(sent));
    assert.equal(discord.calls('post').length, 2);
    await paced.close();
  });

  test('somebody who takes no messages is gone', async () => {
    const { chat, discord, omar } = stage;
    const account = { platform: 'discord', tenant: '', id: omar.id };
    landed(await chat.tell(account, note('hello')));
    discord.closePrivateChat(omar);
    assert.deepEqual(await chat.tell(account, note('hello')), { sent: 'gone' });
    assert.equal(discord.calls('private').length, 1, 'a private chat is looked for once');
  });
});

describe('the menu', () => {
  test('is registered for the server, once, and again only where it differs', async () => {
    const { chat, discord } = stage;
    await chat.start(stage.hear, stage.notes);
    const menus = menusIn('en');
    await chat.menu(menus);
    await chat.menu(menus);
    assert.equal(discord.world.registrations, 1);
    const rows = menus.get('en') ?? [];
    await chat.menu(
      new Map([...menus, ['en', rows.map((row) => ({ ...row, description: `${row.description}!` }))]]),
    );
    assert.equal(discord.world.registrations, 2);
    const stop = discord.commands().find((command) => 'name' in command && command.name === 'stop');
    assert.partialDeepStrictEqual(stop, {
      contexts: [0],
      integration_types: [0],
      description: 'stop a guest at once!',
      description_localizations: { 'es-ES': 'detener un invitado de golpe' },
    });
  });

  test('that the server does not take is logged, and commands that are there stay', async () => {
    const { chat, discord, logged } = stage;
    await stage.enter();
    discord.faults.fail5xxBeforeAccept('register');
    await chat.menu(menusIn('en'));
    assert.match(logged.join(''), /did not take the menu/);
    assert.equal(discord.commands().length, ROWS.length);
  });

  test('completes what somebody types, and keeps nothing of it', async () => {
    const { discord, omar, ops, heard } = stage;
    await stage.enter();
    discord.type(omar, ops, { command: 'stop', values: { guest: 'we' } });
    await discord.until(() => discord.world.completions.length === 1);
    assert.deepEqual(discord.world.completions, [
      { user: omar.id, choices: [{ name: 'guest we', value: 'we' }] },
    ]);
    assert.deepEqual(heard, []);
  });
});
