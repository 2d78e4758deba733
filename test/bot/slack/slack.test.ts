import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pino } from 'pino';
import type { Card } from '#bot/chat/card';
import type { Chat, CopyRef, Notes, Sent, Sink } from '#bot/chat/chat';
import type { Intent, MissedPress } from '#bot/chat/intent';
import { connectSlack, type SlackParts } from '#bot/slack/slack';
import { type FakeSlack, startFakeSlack } from '#test/fake/slack/slack';
import type { Room, User } from '#test/fake/slack/world';

const clock = 1_790_000_000_000;
let slack: FakeSlack;
let chat: Chat;
let omar: User;
let ops: Room;
let heard: Intent[];
let missed: MissedPress[];
let logged: string[];

const hear: Sink = (intent) => Promise.resolve(void heard.push(intent));
const notes: Notes = {
  missed: (press) => void missed.push(press),
  moved: () => assert.fail('nothing moves'),
};

const connect = (changes: Partial<SlackParts> = {}): Chat =>
  connectSlack({
    botToken: slack.botToken,
    appToken: slack.appToken,
    api: slack.api,
    channels: [ops.id],
    command: '/pve',
    locale: 'en',
    staggerMs: 0,
    now: () => clock,
    log: pino({ base: null, timestamp: false }, { write: (line) => void logged.push(line) }),
    ...changes,
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
  slack = await startFakeSlack({ now: () => clock });
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

describe('receiving', () => {
  test('a command and a press become intents, each acknowledged once it is stored', async () => {
    await chat.start(hear, notes);
    const ref = landed(await chat.post(ops.id, cardOf('plan')));
    slack.slash(omar, ops, 'status');
    slack.press(omar, ops, ref.message, 'Approve');
    await slack.until(() => slack.deliveries().every(({ acked }) => acked !== null) && heard.length === 2);
    assert.deepEqual(
      heard.map((intent) => intent.does),
      [
        { what: 'line', text: '/status', unseen: true },
        { what: 'press', token: 'token-a', message: ref.message },
      ],
    );
  });
});
