import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { cardOf, landed, note, openStage, type Stage } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const status = { command: 'status' };
const enter = async (): Promise<void> => {
  const { chat, heard } = stage;
  await stage.enter(async (intent) => {
    heard.push(intent);
    await chat.whisper(intent, note('Seen.'));
  });
};

describe('coming in', () => {
  test('is tried until it succeeds', async () => {
    const { chat, discord, logged } = stage;
    discord.faults.dropBeforeAccept('gateway');
    discord.faults.fail5xxBeforeAccept('gateway');
    await chat.start(stage.hear, stage.notes);
    assert.equal(logged.filter((line) => line.includes('discord not reached')).length, 2);
  });

  test('with a token that nobody knows is given up at once, with what to do', async () => {
    const { discord, omar, ops } = stage;
    const chat = stage.connect({ token: 'not.a.token' });
    await assert.rejects(chat.start(stage.hear, stage.notes), /does not know this bot token.*application/);
    assert.equal(discord.calls('gateway').length, 1);
    assert.ok(omar && ops);
  });

  test('with intents that are refused is given up as well', async () => {
    stage.discord.gateway.set({ refusesIntents: true });
    await assert.rejects(stage.chat.start(stage.hear, stage.notes), /intent/);
  });

  test('that never happens can be stopped', async () => {
    const { chat, discord } = stage;
    discord.faults.dropBeforeAccept('gateway', 100);
    const started = chat.start(stage.hear, stage.notes);
    await discord.until(() => discord.calls('gateway').length > 0);
    await Promise.all([chat.stop(), assert.rejects(started, /stopped before/)]);
  });
});

describe('a connection that ends', () => {
  const endings: readonly [string, (stage: Stage) => void][] = [
    ['is cut', ({ discord }) => discord.gateway.cut()],
    ['is asked back', ({ discord }) => discord.gateway.askBack()],
    ['is closed by an error', ({ discord }) => discord.gateway.close(4000)],
  ];
  for (const [how, end] of endings)
    test(`because it ${how} is resumed, and what happened meanwhile is heard once and answered`, async () => {
      const { discord, omar, ops, heard } = stage;
      await enter();
      end(stage);
      discord.invoke(omar, ops, status);
      await discord.until(() => discord.gateway.resumes() === 1 && discord.told(omar).length === 1);
      assert.equal(heard.length, 1);
      discord.gateway.repeat('INTERACTION_CREATE');
      await discord.until(() => heard.length === 2);
      assert.equal(heard[0]?.event, heard[1]?.event);
    });

  test('with a session that is over begins a new one', async () => {
    const { discord, omar, ops, heard } = stage;
    await enter();
    discord.gateway.invalidate();
    await discord.until(() => discord.world.identified === 2 && discord.gateway.isHeard());
    discord.invoke(omar, ops, status);
    await discord.until(() => heard.length === 1);
  });

  test('again and again is begun anew, with pauses that grow', async () => {
    const { discord, omar, ops, heard, logged } = stage;
    await enter();
    discord.gateway.set({ shut: true });
    discord.gateway.cut();
    await discord.until(() => logged.some((line) => line.includes('one after the other')), 20_000);
    discord.gateway.set({ shut: false });
    await discord.until(() => discord.gateway.isHeard(), 20_000);
    discord.invoke(omar, ops, status);
    await discord.until(() => heard.length === 1);
  });

  test('because the token was taken back is said, and posting and stopping go on', async () => {
    const { chat, discord, ops, logged } = stage;
    await enter();
    const ref = landed(await chat.post(ops.id, cardOf('plan')));
    discord.revokeToken();
    discord.gateway.close(4004);
    await discord.until(() => logged.some((line) => line.includes('is not heard any more')));
    assert.match(logged.join(''), /does not know this bot token/);
    assert.equal((await chat.edit(ref, note('done'))).sent, 'refused');
  });
});

describe('identifying', () => {
  test('is paced: a second one waits until some time lies between both', async () => {
    const { discord, logged, hear, notes } = stage;
    const chat = stage.connect({ identifyEvery: 1_000 });
    await chat.start(hear, notes);
    discord.gateway.invalidate();
    await discord.until(() => discord.world.identified === 2);
    assert.ok(
      logged.some((line) => line.includes('identify waits')),
      logged.join(''),
    );
  });

  test('stops far before the platform takes the token away, also where others used it up', async () => {
    const { chat, discord, logged } = stage;
    discord.world.identified = 200;
    const started = chat.start(stage.hear, stage.notes);
    started.catch(() => {});
    await discord.until(() => logged.some((line) => line.includes('identify waits')));
    assert.equal(discord.world.identified, 200);
    await chat.stop();
    await assert.rejects(started, /stopped before/);
  });
});

describe('what is heard', () => {
  const junk: readonly [string, unknown][] = [
    ['MESSAGE_CREATE', { thread: null, author: null }],
    ['THREAD_CREATE', null],
    ['GUILD_CREATE', { channels: null }],
    ['GUILD_MEMBER_UPDATE', []],
    ['INTERACTION_CREATE', { id: '1', type: 2, token: 'x' }],
    ['INTERACTION_CREATE', null],
    ['INTERACTION_CREATE', 'interaction'],
    ['NOBODY_KNOWS', { d: 1 }],
  ];
  test('and makes no sense is dropped, one line in the log for each interaction, and the rest is heard', async () => {
    const { discord, omar, ops, heard, logged } = stage;
    await enter();
    for (const [t, d] of junk) discord.gateway.dispatch(t, d);
    discord.invoke(omar, ops, status);
    await discord.until(() => heard.length === 1);
    assert.equal(logged.filter((line) => line.includes('interaction dropped')).length, 3);
  });

  test('from impostors is dropped; a press among it is told as missed', async () => {
    const { chat, discord, omar, ops, heard, missed } = stage;
    await enter();
    const elsewhere = discord.addChannel('elsewhere');
    const ref = landed(await chat.post(elsewhere.id, cardOf('plan')));
    discord.press(omar, elsewhere, { message: ref.message, label: 'Approve' });
    await discord.until(() => missed.length === 1);
    assert.deepEqual(
      [missed[0]?.account.id, missed[0]?.chat, missed[0]?.why],
      [omar.id, elsewhere.id, 'chat-not-allowed'],
    );
    assert.ok(ops);
    assert.deepEqual(heard, []);
    await discord.until(() => discord.told(omar).length === 1);
    assert.equal(discord.told(omar)[0]?.text, 'Dropped: chat-not-allowed.');
  });
});

test('no token is in what is logged, shown or thrown', async () => {
  const { chat, discord, omar, ops, logged } = stage;
  await enter();
  discord.faults.fail5xxAfterAccept('callback', 50);
  const asked = discord.invoke(omar, ops, status);
  await discord.until(() => discord.calls('callback').length > 1);
  const wrong = stage.connect({ token: `${discord.token}x` });
  const error: unknown = await wrong.start(stage.hear, stage.notes).catch((thrown: unknown) => thrown);
  await discord.until(() => logged.length > 0, 10_000);
  const everything = [inspect([chat, wrong, error], { depth: 12, showHidden: true }), ...logged].join('\n');
  for (const secret of [discord.token, asked.token]) assert.ok(!everything.includes(secret), everything);
});
