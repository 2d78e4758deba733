import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Chat, Message, Update, User } from '@grammyjs/types';
import { Api, Bot, GrammyError } from 'grammy';
import { type FakeTelegram, startFakeTelegram } from './telegram.ts';

let clock = 1_790_000_000_000;
let telegram: FakeTelegram;
let api: Api;
let omar: User;
let chat: Chat;

const ids = (updates: readonly Update[]): number[] => updates.map((update) => update.update_id);
const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'accepted',
    (error: unknown) => (error instanceof GrammyError ? error.error_code : error),
  );

beforeEach(async () => {
  telegram = await startFakeTelegram({ now: () => clock });
  api = new Api(telegram.token, { apiRoot: telegram.apiRoot, timeoutSeconds: 5 });
  omar = telegram.addUser('Omar', { username: 'omar' });
  chat = telegram.addGroup('ops', [omar]);
});
afterEach(() => telegram.close());

describe('the update queue', () => {
  test('a batch that is not confirmed comes again, and a higher offset confirms it', async () => {
    telegram.say(omar, chat, '/one');
    telegram.say(omar, chat, '/two');
    const first = await api.getUpdates();
    assert.deepEqual(ids(await api.getUpdates()), ids(first));
    const [one = 0, two = 0] = ids(first);
    assert.deepEqual(ids(await api.getUpdates({ offset: one + 1 })), [two]);
    assert.deepEqual(await api.getUpdates({ offset: two + 1 }), []);
    assert.deepEqual(await api.getUpdates(), []);
  });

  test('a negative offset forgets all but the last', async () => {
    telegram.say(omar, chat, '/one');
    const { update_id } = telegram.say(omar, chat, '/two');
    assert.deepEqual(ids(await api.getUpdates({ offset: -1 })), [update_id]);
    assert.deepEqual(ids(telegram.pending()), [update_id]);
  });

  test('a press is gone from the queue after 150 s, a message after 24 h', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }]] };
    const { message_id } = await api.sendMessage(chat.id, 'card', { reply_markup: keyboard });
    telegram.press(omar, chat, message_id, 'Yes');
    const said = telegram.say(omar, chat, '/one');
    clock += 149_000;
    assert.equal((await api.getUpdates()).length, 2);
    clock += 2_000;
    assert.deepEqual(ids(await api.getUpdates()), [said.update_id]);
    clock += 86_400_000;
    assert.deepEqual(await api.getUpdates(), []);
  });

  test('an update can be delivered again after it was confirmed', async () => {
    const { update_id } = telegram.say(omar, chat, '/one');
    await api.getUpdates();
    await api.getUpdates({ offset: update_id + 1 });
    telegram.faults.redeliver(update_id);
    assert.deepEqual(ids(await api.getUpdates({ offset: update_id + 1 })), [update_id]);
  });

  test('only the kinds asked for are queued, and the choice stays', async () => {
    await api.getUpdates({ allowed_updates: ['callback_query'] });
    telegram.say(omar, chat, '/one');
    assert.deepEqual(await api.getUpdates(), []);
  });
});

describe('long polling', () => {
  test('a poll is answered as soon as something is said', async () => {
    const poll = api.getUpdates({ timeout: 50 });
    await telegram.until(telegram.isPolled);
    const { update_id } = telegram.say(omar, chat, '/one');
    assert.deepEqual(ids(await poll), [update_id]);
  });

  test('the older of two polls ends with 409', async () => {
    const older = codeOf(api.getUpdates({ timeout: 50 }));
    await telegram.until(telegram.isPolled);
    const younger = api.getUpdates({ timeout: 50 });
    assert.equal(await older, 409);
    telegram.say(omar, chat, '/one');
    assert.equal((await younger).length, 1);
  });

  test('a poll that hangs up takes no updates with it', async () => {
    const abort = new AbortController();
    // grammY's AbortSignal type is that of its polyfill; the native one has all that it uses.
    const signal = abort.signal as unknown as Parameters<Api['getMe']>[0];
    const poll = api.getUpdates({ timeout: 50 }, signal).catch(() => 'aborted');
    await telegram.until(telegram.isPolled);
    abort.abort();
    assert.equal(await poll, 'aborted');
    await telegram.until(() => !telegram.isPolled());
    telegram.say(omar, chat, '/one');
    assert.equal((await api.getUpdates()).length, 1);
  });

  test('as on the real server, an empty poll that repeats an offset waits, and so does a second conflict', async () => {
    const slow = await startFakeTelegram({ limits: { repeatedPollMs: 150, conflictPauseMs: 150 } });
    const client = new Api(slow.token, { apiRoot: slow.apiRoot });
    await client.getUpdates({ offset: 5 });
    const started = performance.now();
    await client.getUpdates({ offset: 5 });
    assert.ok(performance.now() - started >= 140);
    const polls = [1, 2, 3].map((offset) => codeOf(client.getUpdates({ offset, timeout: 1 })));
    await Promise.race(polls);
    const firstConflict = performance.now();
    await Promise.all(polls);
    assert.ok(performance.now() - firstConflict >= 140);
    await slow.close();
  });

  test('a poll beside a webhook is a conflict until the webhook is deleted', async () => {
    await api.setWebhook('https://example.org/hook');
    assert.equal(await codeOf(api.getUpdates()), 409);
    await api.deleteWebhook();
    assert.equal(await codeOf(api.getUpdates()), 'accepted');
  });

  test('the real bot receives, confirms, is ended by a second one with 409 and does not come back', async () => {
    const heard: string[] = [];
    const first = new Bot(telegram.token, { client: { apiRoot: telegram.apiRoot } });
    first.on('message:text', (ctx) => {
      heard.push(ctx.message.text);
    });
    const ended = codeOf(first.start({ timeout: 50 }));
    await telegram.until(telegram.isPolled);
    telegram.say(omar, chat, '/one');
    await telegram.until(() => heard.length === 1 && telegram.isPolled() && telegram.pending().length === 0);
    const second = new Bot(telegram.token, { client: { apiRoot: telegram.apiRoot } });
    const running = second.start({ timeout: 50 });
    assert.equal(await ended, 409);
    assert.equal(first.isRunning(), false);
    await second.stop();
    await running;
  });
});

describe('presses', () => {
  const keyboard = { inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }]] };

  test('a press carries the card and the person, and its answer is seen', async () => {
    const { message_id } = await api.sendMessage(chat.id, 'card', { reply_markup: keyboard });
    const { callback_query: query } = telegram.press(omar, chat, message_id, 'Yes');
    assert.deepEqual([query?.data, query?.from.id, query?.message?.message_id], ['y', omar.id, message_id]);
    await api.answerCallbackQuery(query?.id ?? '', { text: 'Counted.' });
    assert.equal(telegram.answers()[0]?.text, 'Counted.');
    assert.equal(await codeOf(api.answerCallbackQuery(query?.id ?? '', { text: 'x'.repeat(201) })), 400);
  });

  test('after 15 s, or for a query that never was, the answer is too late', async () => {
    const { message_id } = await api.sendMessage(chat.id, 'card', { reply_markup: keyboard });
    const { callback_query: query } = telegram.press(omar, chat, message_id, 'Yes');
    clock += 15_001;
    const tooLate = /query is too old and response timeout expired or query ID is invalid/;
    await assert.rejects(api.answerCallbackQuery(query?.id ?? ''), tooLate);
    await assert.rejects(api.answerCallbackQuery('77'), tooLate);
  });

  test('a button that is not there can only be forged', async () => {
    const { message_id } = await api.sendMessage(chat.id, 'card');
    assert.throws(() => telegram.press(omar, chat, message_id, 'Yes'), /no button "Yes"/);
    const { callback_query: query } = telegram.press(omar, chat, message_id, { data: 'forged' });
    assert.equal(query?.data, 'forged');
  });
});

describe('privacy mode', () => {
  test('in a group the bot hears commands, mentions and replies, not talk nor another bot’s commands', async () => {
    // A message of the bot's own that answers none.
    const card = (await api.sendMessage(chat.id, 'card')) as unknown as Message & {
      reply_to_message: undefined;
    };
    telegram.say(omar, chat, 'good morning');
    telegram.say(omar, chat, '/stop@other_bot 101');
    telegram.say(omar, chat, '/stop@quorate_bot 101');
    telegram.say(omar, chat, 'ask @quorate_bot');
    telegram.say(omar, chat, 'thanks', { reply_to_message: card });
    const heard = (await api.getUpdates()).map((update) => update.message?.text);
    assert.deepEqual(heard, ['/stop@quorate_bot 101', 'ask @quorate_bot', 'thanks']);
    assert.equal(telegram.messages(chat).length, 6);
  });
});
