import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { pino } from 'pino';
import type { Card } from '#bot/chat/card';
import type { Chat, Notes, Sink } from '#bot/chat/chat';
import type { Intent, Missed } from '#bot/chat/intent';
import { connectSlack, type SlackParts } from '#bot/slack/slack';
import { type FakeSlack, startFakeSlack } from '#test/fake/slack/slack';
import type { Room, User } from '#test/fake/slack/world';
import { cardOf, landed } from '../../contract/chat/cards.ts';

let clock = 1_790_000_000_000;
let slack: FakeSlack;
let chat: Chat;
let omar: User;
let ops: Room;
let heard: Intent[];
let missed: Missed[];
let logged: string[];

const hear: Sink = (intent) => Promise.resolve(void heard.push(intent));
const notes: Notes = {
  missed: (press) => void missed.push(press),
  moved: () => assert.fail('nothing moves'),
  dropped: (_, why) => note(`dropped: ${why}`),
};

const connect = (changes: Partial<SlackParts> = {}): Chat =>
  connectSlack({
    botToken: slack.botToken,
    appToken: slack.appToken,
    api: slack.api,
    channels: [ops.id],
    perMinute: 60_000,
    command: '/pve',
    staggerMs: 0,
    now: () => clock,
    log: pino({ base: null, timestamp: false }, { write: (line) => void logged.push(line) }),
    ...changes,
  });

const note = (lead: string, changes: Partial<Card> = {}) => cardOf(lead, { buttons: [], ...changes });
const file = { name: 'change-12.diff', text: '-a\n+b\n', sha256: 'f'.repeat(64) };

/** So many payloads were delivered, and all were acknowledged. */
const acknowledged = (count: number): Promise<void> =>
  slack.until(
    () => slack.deliveries().length === count && slack.deliveries().every(({ acked }) => acked !== null),
  );

beforeEach(async () => {
  slack = await startFakeSlack({ now: () => clock, limits: { ackMs: 1_000 } });
  omar = slack.addUser('omar');
  ops = slack.addChannel('ops', [omar]);
  heard = [];
  missed = [];
  logged = [];
  chat = connect();
});

afterEach(async () => {
  await chat.stop();
  await slack.close();
});

describe('posting', () => {
  test('the file is there before the card whose buttons need it, once, however often the card is tried', async () => {
    const card = cardOf('plan', { attachment: file });
    slack.faults.respond429('chat.postMessage', 2);
    assert.deepEqual(await chat.post(ops.id, card), { sent: 'wait', ms: 2_000 });
    landed(await chat.post(ops.id, card));
    const [first, second, ...rest] = slack.messages(ops);
    assert.deepEqual(
      [first?.file, second?.file, rest],
      [{ name: file.name, text: file.text }, undefined, []],
    );
  });

  test('a new plan on the same card brings its own file, in the thread of the card', async () => {
    const ref = landed(await chat.post(ops.id, cardOf('plan')));
    landed(await chat.edit(ref, cardOf('new plan', { attachment: file })));
    const document = slack.messages(ops).at(-1);
    assert.deepEqual([document?.file?.name, document?.thread], [file.name, ref.message]);
  });

  const failures: readonly [string, string, object][] = [
    ['files.getUploadURLExternal', 'ratelimited', { sent: 'wait', ms: 9_000 }],
    ['upload', 'no bytes', { sent: 'unknown', why: 'upload answered 503' }],
    ['files.completeUploadExternal', 'not shared', { sent: 'unknown' }],
  ];
  for (const [method, what, outcome] of failures)
    test(`without its file (${what}) a card is not posted`, async () => {
      if (method.includes('Url') || method.includes('URL')) slack.faults.respond429(method, 9);
      else slack.faults.fail5xxBeforeAccept(method);
      assert.partialDeepStrictEqual(await chat.post(ops.id, cardOf('plan', { attachment: file })), outcome);
      assert.deepEqual(slack.messages(ops), []);
    });

  test('what is told somebody stands in the direct message with them', async () => {
    const account = { platform: 'slack', tenant: slack.team, id: omar.id };
    const ref = landed(await chat.tell(account, note('It is done.')));
    assert.equal(ref.chat, slack.direct(omar).id);
    assert.equal(slack.messages(slack.direct(omar))[0]?.text, 'It is done.');
    assert.deepEqual(await chat.tell({ ...account, id: 'U0NOBODY' }, note('x')), { sent: 'gone' });
  });
});

describe('what became of it', () => {
  test('a server that cannot be reached was sent nothing: wait', async () => {
    await slack.close();
    assert.equal((await chat.post(ops.id, cardOf('one'))).sent, 'wait');
  });

  const befalls: readonly [string, () => void, string][] = [
    ['an archived channel is gone', () => void (ops.archived = true), 'gone'],
    ['a message that may not be edited any more is gone', () => void (ops.editable = false), 'gone'],
    ['a deleted message is gone', () => ops.posts.clear(), 'gone'],
    ['a channel without the app refuses', () => void ops.members.delete(slack.bot.user), 'refused'],
    ['a revoked token refuses', () => slack.refuseToken(slack.botToken, 'token_revoked'), 'refused'],
  ];
  for (const [sentence, befall, sent] of befalls)
    test(sentence, async () => {
      const ref = landed(await chat.post(ops.id, cardOf('one')));
      befall();
      assert.equal((await chat.edit(ref, cardOf('two'))).sent, sent);
    });

  test('somebody else’s message and an unknown channel are gone', async () => {
    slack.mention(omar, ops, 'status');
    const [said] = slack.messages(ops);
    const ref = { platform: 'slack', chat: ops.id, message: said?.ts ?? '' };
    assert.deepEqual(await chat.edit(ref, cardOf('two')), { sent: 'gone' });
    assert.deepEqual(await chat.post('C0NOWHERE', cardOf('one')), { sent: 'gone' });
  });
});

describe('receiving', () => {
  test('a mention, a direct message, a command and a press become intents, each acknowledged once it is stored', async () => {
    await chat.start(hear, notes);
    const ref = landed(await chat.post(ops.id, cardOf('plan')));
    slack.mention(omar, ops, 'status');
    slack.write(omar, 'guest 101');
    slack.slash(omar, ops, 'stop 101 reason=“a b”');
    slack.press(omar, ops, ref.message, 'Approve');
    await acknowledged(4);
    assert.deepEqual(
      new Set(heard.map(({ does }) => JSON.stringify(does))),
      new Set([
        '{"what":"line","text":"/status","unseen":false}',
        '{"what":"line","text":"/guest 101","unseen":true}',
        '{"what":"line","text":"/stop 101 reason=\\"a b\\"","unseen":true}',
        `{"what":"press","token":"token-of-approve","message":"${ref.message}"}`,
      ]),
    );
    assert.deepEqual(new Set(heard.map(({ locale }) => locale)), new Set(['en-US']));
  });

  test('an event that could not be stored is not acknowledged and comes again, with the event it had', async () => {
    let full = true;
    const events: string[] = [];
    await chat.start(({ event }) => {
      events.push(event);
      if (!full) return Promise.resolve();
      full = false;
      return Promise.reject(new Error('disk full'));
    }, notes);
    slack.mention(omar, ops, 'status');
    await slack.until(() => events.length === 2, 8_000);
    assert.equal(events[0], events[1]);
    assert.match(logged.join(), /disk full.*not acknowledged/);
  });

  test('a press that could not be stored is not acknowledged, so that whoever pressed sees that it failed', async () => {
    await chat.start(() => Promise.reject(new Error('disk full')), notes);
    const ref = landed(await chat.post(ops.id, cardOf('plan')));
    const delivery = slack.press(omar, ops, ref.message, 'Approve');
    await slack.until(() => delivery.failed, 5_000);
    assert.equal(delivery.acked, null);
  });

  for (const reason of ['warning', 'refresh_requested'] as const)
    test(`a press while one socket is renewed (${reason}) is heard by the other, and then there are two again`, async () => {
      await chat.start(hear, notes);
      const ref = landed(await chat.post(ops.id, cardOf('plan')));
      await slack.until(() => slack.sockets() === 2);
      slack.refresh(0, reason);
      const delivery = slack.press(omar, ops, ref.message, 'Approve');
      await slack.until(() => heard.length === 1 && delivery.acked !== null, 1_000);
      await slack.until(() => slack.sockets() === 2, 8_000);
      slack.refresh(1, reason);
      slack.press(omar, ops, ref.message, 'Approve');
      await slack.until(() => heard.length === 2, 1_000);
    });

  test('an acknowledgement on a socket that is being renewed stops nothing, and the event is told from another', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await chat.start(async (intent) => {
      heard.push(intent);
      await gate;
    }, notes);
    await slack.until(() => slack.sockets() === 2);
    slack.slash(omar, ops, 'status');
    await slack.until(() => heard.length === 1);
    slack.refresh(0, 'refresh_requested');
    slack.refresh(0, 'refresh_requested');
    await slack.until(() => slack.sockets() === 2, 8_000);
    release();
    await slack.until(() => logged.some((line) => line.includes('acknowledgement not sent')));
    slack.slash(omar, ops, 'help');
    await slack.until(() => heard.length === 2);
  });

  test('when Slack gives no socket for a while it is asked again, and nothing ends', async () => {
    await chat.start(hear, notes);
    await slack.until(() => slack.sockets() === 2);
    slack.faults.fail5xxBeforeAccept('apps.connections.open', 2);
    slack.faults.dropBeforeAccept('apps.connections.open', 1);
    slack.cut();
    await slack.until(() => slack.sockets() === 0);
    await slack.until(() => slack.sockets() === 2, 10_000);
    slack.slash(omar, ops, 'status');
    await slack.until(() => heard.length === 1);
  });

  test('a frame that cannot be read is one line in the log, and the next is heard', async () => {
    await chat.start(hear, notes);
    const frames = [
      'null',
      '7',
      '{"type":"events_api"}',
      '{"type":"events_api","payload":{"event":null}}',
      'no JSON',
    ];
    for (const frame of frames) slack.raw(frame);
    slack.slash(omar, ops, 'status');
    await slack.until(() => heard.length === 1);
    assert.ok(logged.filter((line) => line.includes('frame not read')).length >= 3, logged.join(''));
  });

  test('cards may stand in direct messages and in channels of the configuration, and nowhere else', () => {
    const places = [slack.direct(omar).id, ops.id, slack.addChannel('elsewhere', [omar]).id];
    assert.deepEqual(
      places.map((place) => chat.serves(place)),
      [true, true, false],
    );
  });
});

describe('whoever is turned away', () => {
  const told = (user: User) =>
    slack
      .whispers(user)
      .map(({ text }) => text)
      .join('\n');

  test('a guest is told so at each press and command, each is told, and nothing is heard', async () => {
    await chat.start(hear, notes);
    const gast = slack.addUser('gast', { guest: 'single-channel' });
    ops.members.add(gast.id);
    const ref = landed(await chat.post(ops.id, cardOf('plan')));
    slack.press(gast, ops, ref.message, 'Approve');
    slack.slash(gast, ops, 'status');
    await acknowledged(2);
    await slack.until(() => slack.whispers(gast).length === 2);
    assert.match(told(gast), /^dropped: guest\ndropped: guest$/);
    assert.deepEqual(heard, []);
    assert.deepEqual(
      missed.map(({ why, account, chat: where, did }) => [why, account.id, where, did.what]),
      ['press', 'line'].map((what) => ['guest', gast.id, ops.id, what]),
    );
    assert.match(logged.join(), /"why":"guest".*"count":2/);
  });

  const outsiders: readonly [string, Partial<User>, string][] = [
    ['somebody of another workspace', { team: 'T0AWAY' }, 'foreign'],
    ['a stranger', { stranger: true }, 'foreign'],
    ['a guest of several channels', { guest: 'multi-channel' }, 'guest'],
    ['a guest of one channel', { guest: 'single-channel' }, 'guest'],
    ['a bot', { isBot: true }, 'bot'],
    ['an account that was switched off', { deleted: true }, 'bot'],
  ];
  for (const [who, extras, why] of outsiders)
    test(`${who} is turned away although no payload says what they are: ${why}`, async () => {
      await chat.start(hear, notes);
      const other = slack.addUser('other', extras);
      ops.members.add(other.id);
      slack.slash(other, ops, 'status');
      await slack.until(() => slack.whispers(other).length === 1);
      assert.deepEqual([told(other), heard], [`dropped: ${why}`, []]);
    });

  test('in a message they are told once a minute', async () => {
    await chat.start(hear, notes);
    const gast = slack.addUser('gast', { guest: 'multi-channel' });
    ops.members.add(gast.id);
    for (let count = 0; count < 3; count += 1) slack.mention(gast, ops, 'status');
    await acknowledged(3);
    await slack.until(() => slack.whispers(gast).length > 0);
    clock += 60_000;
    slack.mention(gast, ops, 'status');
    await slack.until(() => slack.whispers(gast).length === 2);
  });

  test('nobody is let in while Slack cannot say who they are', async () => {
    await chat.start(hear, notes);
    slack.faults.fail5xxBeforeAccept('users.info');
    slack.slash(omar, ops, 'status');
    await slack.until(() => told(omar).includes('unverified'));
    assert.match(logged.join(), /statusCode = 503.*could not be asked who it is/);
    assert.deepEqual(heard, []);
    slack.slash(omar, ops, 'status');
    await slack.until(() => heard.length === 1);
  });

  test('somebody who becomes a guest is one within a minute, and Slack is not asked at each event', async () => {
    await chat.start(hear, notes);
    slack.slash(omar, ops, 'status');
    await acknowledged(1);
    omar.guest = 'multi-channel';
    slack.slash(omar, ops, 'status');
    await acknowledged(2);
    assert.deepEqual([heard.length, slack.calls('users.info').length], [2, 1]);
    clock += 60_000;
    slack.slash(omar, ops, 'status');
    await acknowledged(3);
    assert.equal(heard.length, 2);
  });

  test('a command in the direct message of two people counts no more than in a foreign channel', async () => {
    await chat.start(hear, notes);
    const talk = slack.addTalk(omar, slack.addUser('ada'));
    slack.slash(omar, talk, 'link CODE');
    slack.slash(omar, slack.direct(omar), 'whoami');
    await acknowledged(2);
    assert.deepEqual(
      heard.map(({ does, place }) => [does.what === 'line' && does.text, place.private]),
      [['/whoami', true]],
    );
  });

  test('a channel that becomes shared with another workspace is closed within a minute', async () => {
    await chat.start(hear, notes);
    slack.slash(omar, ops, 'status');
    await acknowledged(1);
    ops.shared = true;
    clock += 60_000;
    slack.slash(omar, ops, 'status');
    await slack.until(() => told(omar).includes('foreign'));
    assert.equal(heard.length, 1);
  });

  test('a vote that is written is told how it counts', async () => {
    await chat.start(hear, notes);
    slack.mention(omar, ops, 'approve 12');
    await slack.until(() => told(omar).includes('vote-by-text'));
    assert.deepEqual(heard, []);
  });
});

describe('private answers', () => {
  const asked = async (act: () => unknown): Promise<Intent> => {
    await chat.start(hear, notes);
    act();
    await slack.until(() => heard.length === 1);
    return heard[0] ?? assert.fail();
  };

  test('a command is answered at its response_url, five times, and then to that person alone in the channel', async () => {
    const intent = await asked(() => slack.slash(omar, ops, 'status'));
    for (let count = 0; count < 6; count += 1) landed(await chat.whisper(intent, note('Here.')));
    assert.equal(slack.whispers(omar).length, 6);
    assert.equal(slack.calls('chat.postEphemeral').length, 1);
    assert.deepEqual(slack.messages(ops), []);
  });

  test('after half an hour the answer still comes', async () => {
    const intent = await asked(() => slack.slash(omar, ops, 'status'));
    clock += 31 * 60_000;
    landed(await chat.whisper(intent, note('Late.')));
    assert.equal(slack.whispers(omar)[0]?.text, 'Late.');
  });

  test('where they are not in the channel any more it stands in the direct message', async () => {
    const intent = await asked(() => slack.mention(omar, ops, 'status'));
    ops.members.delete(omar.id);
    landed(await chat.whisper(intent, note('Here.')));
    assert.equal(slack.messages(slack.direct(omar))[0]?.text, 'Here.');
  });

  test('an answer whose arrival is not known is not given twice', async () => {
    const intent = await asked(() => slack.slash(omar, ops, 'status'));
    slack.faults.fail5xxAfterAccept('hook');
    assert.equal((await chat.whisper(intent, note('Here.'))).sent, 'unknown');
    assert.equal(slack.whispers(omar).length, 1);
  });

  test('an answer with a file stands in the direct message, and where it was asked is its first line', async () => {
    const intent = await asked(() => slack.slash(omar, ops, 'status'));
    const must = [[{ span: 'text', text: 'all of it' }]] as const;
    landed(await chat.whisper(intent, note('Details', { must, attachment: file })));
    assert.deepEqual(
      slack.messages(slack.direct(omar)).map((one) => one.file?.name ?? one.text),
      [file.name, 'Details\nall of it'],
    );
    assert.deepEqual(
      slack.whispers(omar).map(({ text }) => text),
      ['Details'],
    );
  });

  test('what was asked before a restart is answered after it', async () => {
    const kept = JSON.stringify(await asked(() => slack.slash(omar, ops, 'status')));
    await chat.stop();
    chat = connect();
    // As the inbox keeps it and reads it back.
    const intent = JSON.parse(kept) as Intent;
    landed(await chat.whisper(intent, note('Again.')));
    assert.equal(slack.whispers(omar)[0]?.text, 'Again.');
    assert.ok(!kept.includes(slack.botToken) && !kept.includes(slack.appToken));
  });

  test('an address that is not Slack’s is never posted to', async () => {
    const urls = ['http://127.0.0.2:9/steal', 'https://hooks.slack.com/x', 'hooks'];
    await chat.start(hear, notes);
    for (const response_url of urls) slack.slash(omar, ops, 'status', { response_url });
    await acknowledged(urls.length);
    assert.deepEqual(new Set(heard.map(({ reply }) => reply)), new Set(['']));
  });
});

describe('tokens', () => {
  test('a bot token that Slack does not take ends the start, with a sentence that says what to do', async () => {
    slack.refuseToken(slack.botToken, 'token_revoked');
    await assert.rejects(
      chat.start(hear, notes),
      /does not take this bot token \(token_revoked\): install the app/,
    );
  });

  test('an app token that Slack does not take ends the start', async () => {
    slack.refuseToken(slack.appToken, 'invalid_auth');
    await assert.rejects(
      chat.start(hear, notes),
      /does not take this app token \(invalid_auth\).*connections:write/,
    );
  });

  test('an app token revoked later is said, and everything else goes on', async () => {
    await chat.start(hear, notes);
    await slack.until(() => slack.sockets() === 2);
    slack.refuseToken(slack.appToken, 'token_revoked');
    slack.cut();
    await slack.until(() => logged.some((line) => /app token \(token_revoked\)/.test(line)), 8_000);
    landed(await chat.post(ops.id, cardOf('still here')));
  });

  test('before it is reached a start waits, and stopping ends that', async () => {
    slack.faults.fail5xxBeforeAccept('auth.test', Number.POSITIVE_INFINITY);
    const started = assert.rejects(chat.start(hear, notes), /stopped before it was reached/);
    await slack.until(() => logged.length > 0);
    await chat.stop();
    await started;
  });

  test('appear in nothing that is logged, returned or thrown', async () => {
    const said: unknown[] = [];
    for (const method of ['auth.test', 'apps.connections.open', 'users.info'])
      slack.faults.dropBeforeAccept(method);
    await chat.start(hear, notes);
    slack.slash(omar, ops, 'status');
    await slack.until(() => slack.whispers(omar).length === 1);
    slack.refuseToken(slack.botToken, 'token_revoked');
    slack.refuseToken(slack.appToken, 'token_revoked');
    said.push(await chat.post(ops.id, cardOf('one')), chat);
    slack.cut();
    await slack.until(() => logged.some((line) => line.includes('token_revoked')), 8_000);
    said.push(
      await connect()
        .start(hear, notes)
        .catch((error: unknown) => error),
    );
    const everything = [...logged, ...said.map((one) => inspect(one, { depth: 9, showHidden: true }))].join(
      '\n',
    );
    assert.match(everything, /token_revoked/);
    for (const secret of [slack.botToken, slack.appToken, 'ticket=ticket'])
      assert.ok(!everything.includes(secret), everything);
  });
});
