import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Intent } from '#bot/chat/intent';
import { cardOf, file, landed, note, openStage, type Stage } from './stage.ts';

let clock = 1_790_000_000_000;
let stage: Stage;

beforeEach(async () => {
  clock = 1_790_000_000_000;
  stage = await openStage({ now: () => clock });
});
afterEach(() => stage.close());

/** What omar was told, and by which endpoints. */
const told = () => stage.discord.told(stage.omar).map(({ text }) => text);
const answeredBy = () =>
  stage.discord
    .calls()
    .map(({ name }) => name)
    .filter((name) => ['callback', 'follow', 'original', 'private'].includes(name));

/** Enters with a sink that stores when it is let, and answers when it is told to. */
const enterSlowly = async () => {
  const gate = Promise.withResolvers<void>();
  const heard: Intent[] = [];
  await stage.enter(async (intent) => {
    heard.push(intent);
    await gate.promise;
  });
  return { heard, store: gate.resolve };
};

const stop = { command: 'stop', values: { guest: '101' } };

describe('an answer that is ready when the event is stored', () => {
  test('is the acknowledgement itself, with its file', async () => {
    const { chat, discord, omar, ops } = stage;
    await stage.enter(async (intent) => {
      landed(await chat.whisper(intent, note('Done.', { attachment: file })));
    });
    discord.invoke(omar, ops, stop);
    await discord.until(() => told().length === 1);
    assert.deepEqual([told(), answeredBy()], [['Done.'], ['callback']]);
    assert.deepEqual(discord.told(omar)[0]?.files, [{ name: file.name, text: file.text }]);
  });

  test('is sent again where it was lost, and shown once', async () => {
    const { chat, discord, omar, ops } = stage;
    await stage.enter(async (intent) => {
      landed(await chat.whisper(intent, note('Done.')));
    });
    for (const lose of [discord.faults.dropAfterAccept, discord.faults.fail5xxBeforeAccept]) {
      lose('callback');
      const before = told().length;
      discord.invoke(omar, ops, stop);
      await discord.until(() => told().length === before + 1);
    }
    await discord.until(() => answeredBy().length === 4);
    assert.deepEqual(told(), ['Done.', 'Done.']);
  });
});

test('an answer that was not taken in time for another try can be given again', async () => {
  const { chat, discord, omar, ops } = stage;
  const sent: string[] = [];
  await stage.enter(async (intent) => {
    discord.faults.fail5xxBeforeAccept('callback');
    const first = chat.whisper(intent, note('Done.'));
    clock += 2_600;
    sent.push((await first).sent, (await chat.whisper(intent, note('Done.'))).sent);
  });
  discord.invoke(omar, ops, stop);
  await discord.until(() => sent.length === 2);
  assert.deepEqual([sent, told()], [['unknown', 'ok'], ['Done.']]);
});

describe('an answer that takes longer than the storing', () => {
  test('to a command takes the place of the promise of one', async () => {
    const { chat, discord, omar, ops, heard } = stage;
    await stage.enter();
    discord.invoke(omar, ops, stop);
    await discord.until(() => answeredBy().length === 1);
    landed(await chat.whisper(heard[0] ?? assert.fail(), note('Done.')));
    assert.deepEqual([told(), answeredBy()], [['Done.'], ['callback', 'original']]);
  });

  test('to a press stands beside the card, which stays as it is', async () => {
    const { chat, discord, omar, ops, heard } = stage;
    await stage.enter();
    const ref = landed(await chat.post(ops.id, cardOf('plan')));
    const before = discord.messages(ops);
    discord.press(omar, ops, { message: ref.message, label: 'Approve' });
    await discord.until(() => answeredBy().length === 1);
    landed(await chat.whisper(heard[0] ?? assert.fail(), note('Counted.')));
    assert.deepEqual([told(), answeredBy()], [['Counted.'], ['callback', 'follow']]);
    assert.deepEqual(discord.messages(ops), before);
  });

  test('after a quarter of an hour is written to the person', async () => {
    const { chat, discord, omar, ops, heard } = stage;
    await stage.enter();
    discord.invoke(omar, ops, stop);
    await discord.until(() => answeredBy().length === 1);
    clock += 900_001;
    landed(await chat.whisper(heard[0] ?? assert.fail(), note('Done at last.')));
    assert.deepEqual(told(), ['Done at last.']);
    assert.equal(answeredBy().at(-1), 'private');
  });
});

describe('an event that is stored too late to be acknowledged', () => {
  test('is done all the same, once, and the answer is written to the person', async () => {
    const { chat, discord, omar, ops } = stage;
    const { heard, store } = await enterSlowly();
    discord.invoke(omar, ops, stop);
    await discord.until(() => heard.length === 1);
    clock += 3_001;
    store();
    await discord.until(() => answeredBy().length === 1);
    landed(await chat.whisper(heard[0] ?? assert.fail(), note('Done.')));
    assert.deepEqual([told(), answeredBy()], [['Done.'], ['callback', 'private']]);
    assert.equal(heard.length, 1);
  });

  test('of somebody who takes no messages is answered by nobody', async () => {
    const { chat, discord, omar, ops } = stage;
    const { heard, store } = await enterSlowly();
    discord.closePrivateChat(omar);
    discord.invoke(omar, ops, stop);
    await discord.until(() => heard.length === 1);
    clock += 3_001;
    store();
    assert.deepEqual(await chat.whisper(heard[0] ?? assert.fail(), note('Done.')), { sent: 'gone' });
  });
});

test('an event that cannot be stored is not acknowledged: the platform says that nothing answered', async () => {
  const { discord, omar, ops, logged } = stage;
  await stage.enter(() => Promise.reject(new Error('disk full')));
  discord.invoke(omar, ops, stop);
  await discord.until(() => logged.some((line) => line.includes('disk full')));
  assert.deepEqual(answeredBy(), []);
});

describe('after a restart', () => {
  test('what was promised before is said by the token that the event carries', async () => {
    const { chat, discord, omar, ops, heard } = stage;
    await stage.enter();
    const ref = landed(await chat.post(ops.id, cardOf('plan')));
    discord.invoke(omar, ops, stop);
    discord.press(omar, ops, { message: ref.message, label: 'Approve' });
    await discord.until(() => answeredBy().length === 2);
    await chat.stop();
    const again = stage.connect();
    for (const intent of heard) landed(await again.whisper(structuredClone(intent), note('Done.')));
    assert.deepEqual(told(), ['Done.', 'Done.']);
    assert.ok(!answeredBy().includes('private'));
  });

  test('what nothing was promised of is written to the person', async () => {
    const { chat, discord, omar, ops, heard } = stage;
    await stage.enter(async (intent) => {
      heard.push(intent);
      await new Promise(() => {});
    });
    discord.invoke(omar, ops, stop);
    await discord.until(() => heard.length === 1);
    clock += 10_000;
    const again = stage.connect();
    landed(await again.whisper(structuredClone(heard[0] ?? assert.fail()), note('Done.')));
    assert.deepEqual([told(), answeredBy()], [['Done.'], ['callback', 'private']]);
    // The first of the two never ends: nobody waits for what it holds.
    stage.close = () => discord.close();
    void chat.stop();
  });
});
