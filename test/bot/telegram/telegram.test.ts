import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { Chat as TelegramChat, User } from '@grammyjs/types';
import { Api } from 'grammy';
import { pino } from 'pino';
import type { Card } from '#bot/chat/card';
import type { Chat, CopyRef, Notes, Sent, Sink } from '#bot/chat/chat';
import type { Intent, Missed } from '#bot/chat/intent';
import { connectTelegram } from '#bot/telegram/telegram';
import { type FakeTelegram, startFakeTelegram } from '#test/fake/telegram/telegram';

let clock = 1_790_000_000_000;
let telegram: FakeTelegram;
let chat: Chat;
let omar: User;
let ops: TelegramChat;
let dm: TelegramChat;
let heard: Intent[];
let missed: Missed[];
let homes: Map<string, string>;
let logged: string[];

const hear: Sink = async (intent) => {
  heard.push(intent);
};

const notes: Notes = {
  missed: (press) => void missed.push(press),
  moved: (from, to) => void homes.set(from, to),
  dropped: ({ account, locale }, why) => note(`${why} ${account.id} ${locale}`, { tone: 'bad' }),
};

const connect = (token = telegram.token, { apiRoot } = telegram): Chat =>
  connectTelegram({
    token,
    apiRoot,
    chats: [String(ops.id)],
    home: (id) => homes.get(id) ?? id,
    now: () => clock,
    perMinute: 20,
    log: pino({ base: null, timestamp: false }, { write: (line) => void logged.push(line) }),
  });

const cardOf = (lead: string, changes: Partial<Card> = {}): Card => ({
  tone: 'waiting',
  lead: [{ span: 'text', text: lead }],
  must: [],
  more: [],
  diff: null,
  attachment: null,
  buttons: [[{ label: 'Approve', token: 'token-a', style: 'good' }]],
  ...changes,
});
const note = (lead: string, changes: Partial<Card> = {}) => cardOf(lead, { buttons: [], ...changes });
const file = { name: 'change-12.diff', text: '-a\n+b\n', sha256: 'f'.repeat(64) };

const landed = (sent: Sent): CopyRef => {
  assert.equal(sent.sent, 'ok', JSON.stringify(sent));
  return sent.sent === 'ok' ? sent.ref : assert.fail();
};

beforeEach(async () => {
  telegram = await startFakeTelegram({ now: () => clock });
  omar = telegram.addUser('Omar');
  ops = telegram.addGroup('ops', [omar]);
  dm = telegram.addPrivateChat(omar);
  heard = [];
  missed = [];
  homes = new Map();
  logged = [];
  chat = connect();
});

afterEach(async () => {
  await chat.stop();
  await telegram.close();
});

describe('posting', () => {
  test('a card is posted, edited in place, and an edit that changes nothing is done too', async () => {
    const ref = landed(await chat.post(String(ops.id), cardOf('one')));
    assert.deepEqual(ref, { platform: 'telegram', chat: String(ops.id), message: '1' });
    assert.deepEqual(await chat.edit(ref, note('two')), { sent: 'ok', ref });
    assert.deepEqual(await chat.edit(ref, note('two')), { sent: 'ok', ref });
    const [seen] = telegram.messages(ops);
    assert.deepEqual([seen?.text, seen?.edits, seen?.buttons], ['two', 1, []]);
  });

  test('the file is there before the card whose buttons need it, and the card points to it', async () => {
    const ref = landed(await chat.post(String(ops.id), cardOf('plan', { attachment: file })));
    const [document, card] = telegram.messages(ops);
    assert.deepEqual([document?.document?.name, String(document?.document?.bytes)], [file.name, file.text]);
    assert.deepEqual([String(card?.id), card?.replyTo], [ref.message, document?.id]);
  });

  test('without its file a card is not posted; tried again, the file is not sent twice', async () => {
    const card = cardOf('plan', { attachment: file });
    telegram.faults.respond429('sendDocument', 9);
    assert.deepEqual(await chat.post(String(ops.id), card), { sent: 'wait', ms: 9_000 });
    assert.equal(telegram.messages(ops).length, 0);
    telegram.faults.respond429('sendMessage', 2);
    assert.deepEqual(await chat.post(String(ops.id), card), { sent: 'wait', ms: 2_000 });
    const ref = landed(await chat.post(String(ops.id), card));
    await chat.edit(ref, { ...card, lead: [{ span: 'text', text: 'one vote' }] });
    assert.equal(telegram.messages(ops).length, 2);
  });

  test('a new plan on the same card brings its own file, as an answer to the card', async () => {
    const ref = landed(await chat.post(String(ops.id), cardOf('plan')));
    await chat.edit(ref, cardOf('new plan', { attachment: file }));
    const document = telegram.messages(ops).at(-1);
    assert.deepEqual([document?.document?.name, String(document?.replyTo)], [file.name, ref.message]);
  });

  test('a card posted to a topic lands in that topic', async () => {
    const forum = telegram.addGroup('forum', [omar], { topics: [12] });
    landed(await chat.post(`${forum.id}/12`, cardOf('plan', { attachment: file })));
    assert.deepEqual(
      telegram.messages(forum).map((message) => message.threadId),
      [12, 12],
    );
  });

  test('the menu holds what the platform can show', async () => {
    const row = (command: string, description = 'd') => ({ command, description, unseen: false });
    const many = Array.from({ length: 120 }, (_, index) => row(`c${index}`, 'd'.repeat(300)));
    await chat.menu(new Map([['en', [row('Not-A-Command'), ...many]]]));
    assert.equal(telegram.menus().get('all_private_chats')?.length, 100);
    assert.equal(telegram.menus().get('all_private_chats')?.[0]?.description.length, 256);
  });

  test('the menu speaks each language, the first to all who have none, and names in groups nothing that is refused there', async () => {
    const menu = (status: string, link: string) => [
      { command: 'status', description: status, unseen: false },
      { command: 'link', description: link, unseen: true },
    ];
    await chat.menu(
      new Map([
        ['en', menu('how it is', 'link me')],
        ['es', menu('cómo está', 'enlázame')],
      ]),
    );
    const shown = [...telegram.menus()].map(([scope, rows]) => [
      scope,
      ...rows.map((row) => row.description),
    ]);
    assert.deepEqual(shown, [
      ['all_private_chats', 'how it is', 'link me'],
      ['all_group_chats', 'how it is'],
      ['all_private_chats.es', 'cómo está', 'enlázame'],
      ['all_group_chats.es', 'cómo está'],
    ]);
  });
});

describe('what became of it', () => {
  test('a 5xx is unknown too, for it may come after acceptance', async () => {
    telegram.faults.fail5xxAfterAccept('sendMessage');
    assert.deepEqual(await chat.post(String(ops.id), cardOf('one')), { sent: 'unknown', why: 'Bad Gateway' });
  });

  test('a server that cannot be reached was sent nothing: wait', async () => {
    await telegram.close();
    assert.equal((await chat.post(String(ops.id), cardOf('one'))).sent, 'wait');
  });

  test('a deleted message and an unknown chat are gone', async () => {
    const ref = landed(await chat.post(String(ops.id), cardOf('one')));
    telegram.removeMessage(ops, Number(ref.message));
    assert.deepEqual(await chat.edit(ref, cardOf('two')), { sent: 'gone' });
    assert.deepEqual(await chat.post('77', cardOf('one')), { sent: 'gone' });
  });

  test('a chat that threw the bot out refuses, and says why', async () => {
    telegram.setState(ops, 'kicked');
    assert.deepEqual(await chat.post(String(ops.id), cardOf('one')), {
      sent: 'refused',
      why: 'Forbidden: bot was kicked from the supergroup chat',
    });
  });

  test('an upgraded group has moved', async () => {
    const group = telegram.addGroup('old', [omar], { type: 'group' });
    const upgraded = telegram.upgradeGroup(group, omar);
    assert.deepEqual(await chat.post(String(group.id), cardOf('one')), {
      sent: 'moved',
      chat: String(upgraded.id),
    });
  });
});

describe('receiving', () => {
  test('a command and a press become intents, each confirmed once it is stored', async () => {
    await chat.start(hear, notes);
    const ref = landed(await chat.post(String(ops.id), cardOf('plan')));
    telegram.say(omar, ops, '/status');
    telegram.press(omar, ops, Number(ref.message), 'Approve');
    await telegram.until(() => telegram.isPolled() && telegram.pending().length === 0 && heard.length === 2);
    assert.deepEqual(
      heard.map((intent) => intent.does),
      [
        { what: 'line', text: '/status', unseen: false },
        { what: 'press', token: 'token-a', message: ref.message },
      ],
    );
  });

  test('an update that could not be stored comes again with all behind it, and none before it', async () => {
    const texts: string[] = [];
    let full = true;
    await chat.start(async ({ does }) => {
      const line = does.what === 'line' ? does.text : '';
      texts.push(line);
      if (line === '/two' && full) {
        full = false;
        throw new Error('disk full');
      }
    }, notes);
    for (const line of ['/one', '/two', '/three']) telegram.say(omar, ops, line);
    await telegram.until(() => texts.length >= 4, 5_000);
    assert.deepEqual(texts, ['/one', '/two', '/two', '/three']);
    assert.match(logged.join('\n'), /disk full.*telegram poll failed/);
  });

  test('stopping waits for the update being stored, confirms it and leaves the rest to the next start', async () => {
    let release = () => {};
    const stored = new Promise<void>((resolve) => {
      release = resolve;
    });
    telegram.say(omar, ops, '/one');
    telegram.say(omar, ops, '/two');
    await chat.start(async (intent) => {
      heard.push(intent);
      await stored;
    }, notes);
    await telegram.until(() => heard.length === 1);
    const stopped = chat.stop();
    assert.equal(telegram.pending().length, 2);
    release();
    await stopped;
    assert.deepEqual(
      telegram.pending().map((update) => update.message?.text),
      ['/two'],
    );
    chat = connect();
    await chat.start(hear, notes);
    await telegram.until(() => heard.length === 2);
  });

  test('cards may stand in private chats and in groups of the configuration, topics of theirs too, and nowhere else', () => {
    const elsewhere = telegram.addGroup('elsewhere', [omar]);
    const places = [
      String(omar.id),
      String(ops.id),
      `${ops.id}/12`,
      String(elsewhere.id),
      `${elsewhere.id}/12`,
    ];
    assert.deepEqual(
      places.map((place) => chat.serves(place)),
      [true, true, true, false, false],
    );
  });

  test('a group that becomes a supergroup is told of once, and commands come from its new id; another group is not', async () => {
    await chat.start(hear, notes);
    const elsewhere = telegram.addGroup('elsewhere', [omar], { type: 'group' });
    telegram.upgradeGroup(elsewhere, omar);
    const upgraded = telegram.upgradeGroup(ops, omar);
    telegram.say(omar, upgraded, '/status');
    await telegram.until(() => heard.length === 1);
    assert.deepEqual([...homes], [[String(ops.id), String(upgraded.id)]]);
    assert.equal(heard[0]?.place.chat, String(upgraded.id));
  });

  test('a press that is dropped does not leave the button spinning, and is logged once', async () => {
    await chat.start(hear, notes);
    const elsewhere = telegram.addGroup('elsewhere', [omar]);
    const ref = landed(await chat.post(String(elsewhere.id), cardOf('plan')));
    telegram.press(omar, elsewhere, Number(ref.message), 'Approve');
    await telegram.until(() => telegram.answers().length === 1);
    assert.equal(heard.length, 0);
    assert.deepEqual(
      logged.map((line) => JSON.parse(line)),
      [{ level: 40, why: 'chat-not-allowed', chat: elsewhere.id, count: 1, msg: 'telegram update dropped' }],
    );
  });

  test('of what is dropped it is told who pressed or typed it, and where as far as that is known', async () => {
    await chat.start(hear, notes);
    const elsewhere = telegram.addGroup('elsewhere', [omar]);
    const ref = landed(await chat.post(String(elsewhere.id), cardOf('plan')));
    telegram.press(omar, elsewhere, Number(ref.message), 'Approve');
    telegram.forge({
      callback_query: { id: 'q', from: omar, chat_instance: 'i', inline_message_id: 'x', data: 'y' },
    });
    telegram.say(omar, elsewhere, `/status@${telegram.bot.username}`);
    telegram.say(omar, elsewhere, 'talk');
    telegram.say(omar, elsewhere, '/status@another_bot');
    await telegram.until(() => telegram.isPolled() && telegram.pending().length === 0);
    for (const { account } of missed)
      assert.deepEqual(account, { platform: 'telegram', tenant: '', id: String(omar.id) });
    const [bot, there] = [telegram.bot.id, String(elsewhere.id)];
    assert.deepEqual(
      missed.map(({ event, chat: where, why, did }) => [event.replace(/\d+$/, 'N'), where, why, did]),
      [
        [`${bot}:press:N`, there, 'chat-not-allowed', { what: 'press' }],
        [`${bot}:press:q`, null, 'malformed', { what: 'press' }],
        [`${bot}:N`, there, 'chat-not-allowed', { what: 'line', text: '/status', unseen: false }],
      ],
    );
  });

  test('a dropped press that could not be kept comes again', async () => {
    let full = true;
    const fullOnce: Notes = {
      ...notes,
      missed: (press) => {
        missed.push(press);
        if (full) {
          full = false;
          throw new Error('disk full');
        }
      },
    };
    await chat.start(hear, fullOnce);
    telegram.forge({ callback_query: { id: 'q', from: omar, chat_instance: 'i', data: 'y' } });
    await telegram.until(() => missed.length === 2, 5_000);
    assert.equal(missed[0]?.event, missed[1]?.event);
  });

  test('after a second poller was started and stopped, the first one is back', async () => {
    await chat.start(hear, notes);
    await telegram.until(telegram.isPolled);
    const other = new Api(telegram.token, { apiRoot: telegram.apiRoot });
    // Ours may come back while the rival still waits, and then ends it in turn.
    const rival = other.getUpdates({ timeout: 1 }).catch(() => []);
    await telegram.until(() => logged.length > 0);
    assert.match(logged[0] ?? '', /another process polls with this telegram token/);
    await rival;
    await telegram.until(telegram.isPolled, 5_000);
    telegram.say(omar, ops, '/status');
    await telegram.until(() => heard.length === 1);
  });

  test('a press on a message that is too old to be seen is a press like any other', async () => {
    await chat.start(hear, notes);
    telegram.forge({
      callback_query: {
        id: 'q',
        from: omar,
        chat_instance: 'i',
        data: 'token-a',
        message: { chat: ops, message_id: 7, date: 0 },
      },
    });
    await telegram.until(() => heard.length === 1);
    assert.deepEqual(heard[0]?.does, { what: 'press', token: 'token-a', message: '7' });
  });

  test('polling goes on after 5xx, dropped connections and 429', async () => {
    telegram.faults.fail5xxBeforeAccept('getUpdates');
    telegram.say(omar, ops, '/status');
    await chat.start(hear, notes);
    await telegram.until(() => heard.length === 1, 5_000);
    assert.match(logged.join('\n'), /Bad Gateway/);
  });
});

describe('starting', () => {
  test('a token that Telegram does not know is refused with what to do', async () => {
    await assert.rejects(connect('1:wrong').start(hear, notes), /does not know this bot token .*@BotFather/);
  });

  test('a webhook left over from before is removed', async () => {
    await new Api(telegram.token, { apiRoot: telegram.apiRoot }).setWebhook('https://example.org/');
    await chat.start(hear, notes);
    telegram.say(omar, ops, '/status');
    await telegram.until(() => heard.length === 1);
  });

  test('while Telegram does not answer, starting waits; stopping ends that', async () => {
    telegram.faults.fail5xxBeforeAccept('getMe', Number.POSITIVE_INFINITY);
    const started = assert.rejects(chat.start(hear, notes), /stopped before it was reached/);
    await telegram.until(() => logged.length > 0);
    await chat.stop();
    await started;
  });
});

describe('private answers', () => {
  const press = async (): Promise<Intent> => {
    const ref = landed(await chat.post(String(ops.id), cardOf('plan')));
    telegram.press(omar, ops, Number(ref.message), 'Approve');
    await telegram.until(() => heard.length === 1);
    return heard[0] ?? assert.fail();
  };
  beforeEach(() => chat.start(hear, notes));

  test('one line after a press is a toast, a bad one an alert', async () => {
    const intent = await press();
    landed(await chat.whisper(intent, note('Counted.')));
    landed(await chat.whisper(intent, note('You asked for it.', { tone: 'bad' })));
    assert.deepEqual(
      telegram.answers().map(({ text, alert }) => [text, alert]),
      [
        ['Counted.', false],
        ['You asked for it.', true],
      ],
    );
    assert.equal(telegram.messages(dm).length, 0);
  });

  test('more than a line after a press is a private message, and a toast gives its first line', async () => {
    const intent = await press();
    const ref = landed(
      await chat.whisper(intent, note('Details', { must: [[{ span: 'text', text: 'all' }]] })),
    );
    assert.equal(ref.chat, String(omar.id));
    assert.equal(telegram.messages(dm)[0]?.text, 'Details\nall');
    assert.equal(telegram.answers()[0]?.text, 'Details');
    assert.equal(telegram.messages(ops).length, 1);
  });

  test('where the bot may not write to the person, an alert says what fits', async () => {
    const intent = await press();
    telegram.setState(dm, 'blocked');
    landed(
      await chat.whisper(intent, note('Details', { must: [[{ span: 'text', text: 'y'.repeat(300) }]] })),
    );
    const [answer] = telegram.answers();
    assert.equal(answer?.text.length, 200);
    assert.ok(answer?.text.startsWith('Details\nyyy') && answer.alert);
  });

  test('a toast that comes too late becomes a private message', async () => {
    const intent = await press();
    clock += 16_000;
    landed(await chat.whisper(intent, note('Counted.')));
    assert.equal(telegram.messages(dm)[0]?.text, 'Counted.');
  });

  test('a line said in a group is answered in the private chat', async () => {
    telegram.say(omar, ops, '/whoami');
    await telegram.until(() => heard.length === 1);
    landed(await chat.whisper(heard[0] ?? assert.fail(), note('You are Omar.')));
    assert.equal(telegram.messages(dm)[0]?.text, 'You are Omar.');
    assert.equal(telegram.messages(ops).length, 1);
  });
});

test('the token is in nothing that is logged, returned or thrown', async () => {
  const token = telegram.token;
  const secret = token.split(':')[1] ?? '';
  const said: unknown[] = [];
  telegram.faults.dropBeforeAccept('getMe');
  telegram.faults.dropBeforeAccept('getUpdates');
  telegram.faults.dropAfterAccept('sendMessage');
  telegram.faults.dropAfterAccept('setMyCommands');
  telegram.faults.dropAfterAccept('answerCallbackQuery');
  await chat.start(hear, notes);
  said.push(await chat.post(String(ops.id), cardOf('one')));
  await chat.menu(new Map([['en', []]]));
  const elsewhere = telegram.addGroup('elsewhere', [omar]);
  const ref = landed(await chat.post(String(elsewhere.id), cardOf('plan')));
  telegram.press(omar, elsewhere, Number(ref.message), 'Approve');
  await telegram.until(() => logged.length >= 4, 8_000);
  await telegram.close();
  said.push(await chat.post(String(ops.id), cardOf('one')));
  said.push(
    await connect('1:wrong')
      .menu(new Map([['en', []]]))
      .catch((error: unknown) => error),
  );
  const everything = [...logged, ...said.map((one) => inspect(one, { depth: 9, showHidden: true }))].join(
    '\n',
  );
  assert.match(everything, /Network request for 'sendMessage' failed/);
  assert.ok(!everything.includes(secret) && !everything.includes('1:wrong'), everything);
});
