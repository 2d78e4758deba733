import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Chat, User } from '@grammyjs/types';
import { Api, GrammyError, HttpError, InputFile } from 'grammy';
import { RATES } from './limits.ts';
import { type FakeTelegram, startFakeTelegram } from './telegram.ts';

let clock = 1_790_000_000_000;
let telegram: FakeTelegram;
let api: Api;
let omar: User;
let chat: Chat;

const description = async (call: Promise<unknown>): Promise<string> => {
  const error = await call.then(
    () => assert.fail('was accepted'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof GrammyError, String(error));
  return `${error.error_code} ${error.description}`;
};

before(async () => {
  telegram = await startFakeTelegram({ now: () => clock, limits: { rates: [] } });
  api = new Api(telegram.token, { apiRoot: telegram.apiRoot, timeoutSeconds: 5 });
  omar = telegram.addUser('Omar');
});
beforeEach(() => {
  chat = telegram.addGroup('ops', [omar]);
});
after(() => telegram.close());

describe('messages', () => {
  test('a message is seen with its text, entities and buttons', async () => {
    const sent = await api.sendMessage(chat.id, '<b>Plan</b> 7 &lt;now&gt; <code>x</code>', {
      parse_mode: 'HTML',
      reply_markup: { inline_keyboard: [[{ text: 'Approve', callback_data: 'a', style: 'success' }]] },
    });
    assert.equal(sent.text, 'Plan 7 <now> x');
    const [seen] = telegram.messages(chat);
    assert.deepEqual(seen?.entities, [
      { offset: 0, length: 4, type: 'bold' },
      { offset: 13, length: 1, type: 'code' },
    ]);
    assert.deepEqual(seen?.buttons, [[{ text: 'Approve', data: 'a', style: 'success' }]]);
  });

  test('4096 UTF-16 units after parsing are taken and 4097 are not', async () => {
    await api.sendMessage(chat.id, `<b>${'😀'.repeat(2048)}</b>`, { parse_mode: 'HTML' });
    assert.equal(
      await description(api.sendMessage(chat.id, 'x'.repeat(4097))),
      '400 Bad Request: message is too long',
    );
  });

  test('empty text is refused, and so is text that is only white', async () => {
    assert.equal(await description(api.sendMessage(chat.id, '')), '400 Bad Request: message text is empty');
    assert.equal(
      await description(api.sendMessage(chat.id, ' \n ')),
      '400 Bad Request: text must be non-empty',
    );
  });

  test('callback data of 64 bytes is taken, 65 bytes or none are not', async () => {
    const withData = (callback_data: string) =>
      api.sendMessage(chat.id, 'x', { reply_markup: { inline_keyboard: [[{ text: 'b', callback_data }]] } });
    await withData('é'.repeat(32));
    assert.equal(await description(withData(`${'é'.repeat(32)}x`)), '400 Bad Request: BUTTON_DATA_INVALID');
    assert.equal(await description(withData('')), '400 Bad Request: BUTTON_DATA_INVALID');
  });

  test('a keyboard has at most 8 buttons in a row and 100 in all', async () => {
    const row = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ text: 'b', callback_data: `${index}` }));
    const send = (inline_keyboard: ReturnType<typeof row>[]) =>
      api.sendMessage(chat.id, 'x', { reply_markup: { inline_keyboard } });
    await send([...Array.from({ length: 12 }, () => row(8)), row(4)]);
    assert.equal(await description(send([row(9)])), '400 Bad Request: reply markup is too long');
    assert.equal(
      await description(send(Array.from({ length: 13 }, () => row(8)))),
      '400 Bad Request: reply markup is too long',
    );
  });

  test('an edit is counted, an edit without a keyboard takes it away, an edit that changes nothing is refused', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'b', callback_data: 'd' }]] };
    const { message_id } = await api.sendMessage(chat.id, 'one', { reply_markup: keyboard });
    assert.match(
      await description(api.editMessageText(chat.id, message_id, 'one', { reply_markup: keyboard })),
      /^400 Bad Request: message is not modified: specified new message content/,
    );
    await api.editMessageText(chat.id, message_id, 'one');
    await api.editMessageReplyMarkup(chat.id, message_id, { reply_markup: keyboard });
    await api.editMessageText(chat.id, message_id, 'two');
    const [seen] = telegram.messages(chat);
    assert.deepEqual([seen?.text, seen?.edits, seen?.buttons], ['two', 3, []]);
  });

  test('a deleted message can be neither edited nor deleted, and a person’s message cannot be edited', async () => {
    const { message_id } = await api.sendMessage(chat.id, 'one');
    telegram.removeMessage(chat, message_id);
    assert.equal(
      await description(api.editMessageText(chat.id, message_id, 'two')),
      '400 Bad Request: message to edit not found',
    );
    assert.equal(
      await description(api.deleteMessage(chat.id, message_id)),
      '400 Bad Request: message to delete not found',
    );
    const said = telegram.say(omar, chat, '/status').message?.message_id ?? 0;
    assert.equal(
      await description(api.editMessageText(chat.id, said, 'x')),
      "400 Bad Request: message can't be edited",
    );
  });

  test('a document arrives byte for byte with its name and caption, and the caption has its own limit', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
    const file = () => new InputFile(bytes, 'plan-7KQ3.diff');
    await api.sendDocument(chat.id, file(), { caption: '<i>sha</i>', parse_mode: 'HTML' });
    const [seen] = telegram.messages(chat);
    assert.equal(seen?.document?.name, 'plan-7KQ3.diff');
    assert.deepEqual(seen?.document?.bytes, bytes);
    assert.equal(seen?.text, 'sha');
    assert.equal(
      await description(api.sendDocument(chat.id, file(), { caption: 'x'.repeat(1025) })),
      '400 Bad Request: message caption is too long',
    );
    assert.equal(
      await description(api.sendDocument(chat.id, new InputFile(Buffer.alloc(0), 'a'))),
      '400 Bad Request: file must be non-empty',
    );
  });

  test('an @name outside code is a mention, inside code it is not', async () => {
    await api.sendMessage(chat.id, '@everyone <code>@everyone</code>', { parse_mode: 'HTML' });
    const [seen] = telegram.messages(chat);
    assert.deepEqual(
      seen?.entities.map((entity) => [entity.type, entity.offset]),
      [
        ['mention', 0],
        ['code', 10],
      ],
    );
  });

  test('a topic must exist', async () => {
    const forum = telegram.addGroup('forum', [omar], { topics: [12] });
    await api.sendMessage(forum.id, 'x', { message_thread_id: 12 });
    assert.equal(telegram.messages(forum)[0]?.threadId, 12);
    assert.equal(
      await description(api.sendMessage(forum.id, 'x', { message_thread_id: 13 })),
      '400 Bad Request: message thread not found',
    );
  });
});

describe('chats that are closed to the bot', () => {
  const ways = [
    ['kicked', '403 Forbidden: bot was kicked from the supergroup chat'],
    ['left', '403 Forbidden: bot is not a member of the supergroup chat'],
    ['blocked', '403 Forbidden: bot was blocked by the user'],
  ] as const;
  for (const [state, words] of ways)
    test(`after ${state} nothing can be sent`, async () => {
      telegram.setState(chat, state);
      assert.equal(await description(api.sendMessage(chat.id, 'x')), words);
    });

  test('a person who never wrote to the bot cannot be written to until they do', async () => {
    const vera = telegram.addUser('Vera');
    const dm = telegram.addPrivateChat(vera, false);
    assert.equal(
      await description(api.sendMessage(dm.id, 'x')),
      "403 Forbidden: bot can't initiate conversation with a user",
    );
    telegram.say(vera, dm, '/start');
    await api.sendMessage(dm.id, 'x');
  });

  test('an unknown chat is not found', async () => {
    assert.equal(await description(api.sendMessage(4, 'x')), '400 Bad Request: chat not found');
  });

  test('an upgraded group names the supergroup it became', async () => {
    const group = telegram.addGroup('old', [omar], { type: 'group' });
    const upgraded = telegram.upgradeGroup(group, omar);
    const error = await api.sendMessage(group.id, 'x').catch((reason: unknown) => reason);
    assert.ok(error instanceof GrammyError);
    assert.equal(error.parameters.migrate_to_chat_id, upgraded.id);
    await api.sendMessage(upgraded.id, 'x');
  });
});

describe('faults', () => {
  test('429 names the seconds to wait, as often as asked', async () => {
    telegram.faults.respond429('sendMessage', 7, 2);
    for (let times = 0; times < 2; times += 1) {
      const error = await api.sendMessage(chat.id, 'x').catch((reason: unknown) => reason);
      assert.ok(error instanceof GrammyError);
      assert.deepEqual([error.error_code, error.parameters.retry_after], [429, 7]);
    }
    await api.sendMessage(chat.id, 'x');
  });

  const lost = [
    ['dropBeforeAccept', 0],
    ['dropAfterAccept', 1],
  ] as const;
  for (const [fault, messages] of lost)
    test(`${fault} is a network error to the client and leaves ${messages} messages`, async () => {
      telegram.faults[fault]('sendMessage');
      await assert.rejects(api.sendMessage(chat.id, 'x'), HttpError);
      assert.equal(telegram.messages(chat).length, messages);
      assert.equal(telegram.calls('sendMessage').at(-1)?.outcome, 'dropped');
    });

  const broken = [
    ['fail5xxBeforeAccept', 0],
    ['fail5xxAfterAccept', 1],
  ] as const;
  for (const [fault, messages] of broken)
    test(`${fault} is a 502 to the client and leaves ${messages} messages`, async () => {
      telegram.faults[fault]('sendMessage');
      assert.equal(await description(api.sendMessage(chat.id, 'x')), '502 Bad Gateway');
      assert.equal(telegram.messages(chat).length, messages);
    });

  test('a delayed answer runs into the timeout of the client', async () => {
    telegram.faults.delay('sendMessage', 400);
    const hasty = new Api(telegram.token, { apiRoot: telegram.apiRoot, timeoutSeconds: 0.1 });
    await assert.rejects(hasty.sendMessage(chat.id, 'x'), HttpError);
    await telegram.until(() => telegram.messages(chat).length === 1);
  });
});

describe('rates', () => {
  test('a group takes 20 messages and edits a minute in short bursts, then 429 says how long', async () => {
    const paced = await startFakeTelegram({ now: () => clock, limits: { rates: RATES } });
    const client = new Api(paced.token, { apiRoot: paced.apiRoot });
    const group = paced.addGroup('ops', []);
    const waits: number[] = [];
    let accepted = 0;
    while (accepted < 21) {
      const error = await client.sendMessage(group.id, `${accepted}`).catch((reason: unknown) => reason);
      if (!(error instanceof GrammyError)) accepted += 1;
      else {
        waits.push(error.parameters.retry_after ?? 0);
        clock += 1000 * (error.parameters.retry_after ?? 0);
      }
    }
    assert.deepEqual(waits, [3, 3, 3, 3, 3, 3, 42]);
    await paced.close();
  });
});

describe('callers', () => {
  test('a chat and who is in it can be asked for', async () => {
    const ada = telegram.addUser('Ada');
    const group = telegram.addGroup('who', [omar, ada], { admins: [ada] });
    assert.equal((await api.getChat(group.id)).title, 'who');
    assert.equal((await api.getChatMember(group.id, ada.id)).status, 'administrator');
    assert.equal((await api.getChatMember(group.id, omar.id)).status, 'member');
    assert.equal((await api.getChatMember(chat.id, ada.id)).status, 'left');
    assert.equal(await description(api.getChatMember(group.id, 3)), '400 Bad Request: user not found');
  });

  test('a revoked token is unauthorized from then on', async () => {
    const other = await startFakeTelegram();
    const client = new Api(other.token, { apiRoot: other.apiRoot });
    await client.getMe();
    other.revokeToken();
    assert.equal(await description(client.getMe()), '401 Unauthorized');
    await other.close();
  });

  test('an unknown token is unauthorized, an unknown method is not found', async () => {
    const stranger = new Api('1:x', { apiRoot: telegram.apiRoot });
    assert.equal(await description(stranger.getMe()), '401 Unauthorized');
    assert.equal(await description(api.getAvailableGifts()), '404 Not Found: method not found');
  });

  test('menus are kept by scope and language and checked', async () => {
    const menu = [{ command: 'status', description: 'How it is' }];
    await api.setMyCommands(menu, { scope: { type: 'all_group_chats' }, language_code: 'es' });
    assert.deepEqual(telegram.menus().get('all_group_chats.es'), menu);
    assert.equal(
      await description(api.setMyCommands([{ command: 'Status', description: 'x' }])),
      '400 Bad Request: BOT_COMMAND_INVALID',
    );
    assert.equal(
      await description(api.setMyCommands([{ command: 'a'.repeat(33), description: 'x' }])),
      '400 Bad Request: command length must not exceed 32',
    );
    assert.deepEqual(
      await api.getMyCommands({ scope: { type: 'all_group_chats' }, language_code: 'es' }),
      menu,
    );
    await api.deleteMyCommands({ scope: { type: 'all_group_chats' }, language_code: 'es' });
    assert.equal(telegram.menus().size, 0);
    const many = Array.from({ length: 101 }, (_, index) => ({ command: `c${index}`, description: 'x' }));
    assert.equal(await description(api.setMyCommands(many)), '400 Bad Request: BOT_COMMANDS_TOO_MUCH');
  });
});
