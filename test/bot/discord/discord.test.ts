import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { cardOf, file, landed, note, openStage, type Stage } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
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
});

describe('receiving', () => {
  test('a command and a press become intents, each answered in place and privately', async () => {
    const { chat, discord, ops, omar, heard } = stage;
    await stage.enter(async (intent) => {
      heard.push(intent);
      landed(await chat.whisper(intent, note('Counted.')));
    });
    const ref = landed(await chat.post(ops.id, cardOf('plan')));
    discord.invoke(omar, ops, { command: 'stop', values: { guest: '101' } });
    discord.press(omar, ops, { message: ref.message, label: 'Approve' });
    await discord.until(() => discord.told(omar).length === 2);
    assert.deepEqual(
      heard.map((intent) => intent.does),
      [
        { what: 'line', text: '/stop 101', unseen: true },
        { what: 'press', token: 'token-a', message: ref.message },
      ],
    );
    assert.deepEqual(heard[0]?.account, { platform: 'discord', tenant: '', id: omar.id });
    assert.deepEqual(
      discord.told(omar).map(({ text }) => text),
      ['Counted.', 'Counted.'],
    );
  });
});
