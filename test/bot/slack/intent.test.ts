import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Reader, readIntent } from '#bot/slack/intent';
import { readSender } from '#bot/slack/sender';
import { DIRECT, MENTION, PRESS, SLASH } from './payloads.ts';

const NOW = 1_790_000_000_000;
const reader: Reader = {
  team: 'T0HOME',
  bot: { user: 'U0BOT', id: 'B0BOT' },
  command: '/pve',
  allows: (channel) => channel === 'C0OPS',
  hooks: (url) => url.startsWith('https://hooks.slack.com/'),
  now: () => NOW,
};

const read = (payload: unknown) => readIntent(payload, reader);
const fromMention = (changes: object, outer: object = {}) =>
  read({ ...MENTION, ...outer, event: { ...MENTION.event, ...changes } });
const fromDirect = (changes: object) => read({ ...DIRECT, event: { ...DIRECT.event, ...changes } });
const fromSlash = (changes: object) => read({ ...SLASH, ...changes });
const fromPress = (changes: object) => read({ ...PRESS, ...changes });
const lineOf = (intent: ReturnType<typeof read>): unknown => ('does' in intent ? intent.does : intent);

const omar = { platform: 'slack', tenant: 'T0HOME', id: 'U0OMAR' };
const inOps = { platform: 'slack', chat: 'C0OPS', private: false };

describe('what one person said or pressed', () => {
  test('a mention is an intent of the account by its id, never by its name, and others read it', () => {
    assert.deepEqual(read(MENTION), {
      event: 'event:Ev0PV52K25',
      account: omar,
      place: inOps,
      at: NOW,
      locale: null,
      does: { what: 'line', text: '/stop 101', unseen: false },
      reply: '',
    });
  });

  test('what is written to the app directly is read by nobody else', () => {
    const intent = read(DIRECT);
    assert.ok('does' in intent);
    assert.deepEqual(
      [intent.place, intent.does],
      [
        { platform: 'slack', chat: 'D0OMAR', private: true },
        { what: 'line', text: '/whoami', unseen: true },
      ],
    );
  });

  test('a slash command is unseen wherever it is typed, and can be answered at its address', () => {
    assert.deepEqual(read(SLASH), {
      event: 'slash:1.2.slash',
      account: omar,
      place: inOps,
      at: NOW,
      locale: null,
      does: { what: 'line', text: '/stop 101', unseen: true },
      reply: SLASH.response_url,
    });
  });

  test('a press is an intent with the token and the message that it hangs on', () => {
    assert.deepEqual(read(PRESS), {
      event: 'press:1.2.press',
      account: omar,
      place: inOps,
      at: NOW + 1_500,
      locale: null,
      does: { what: 'press', token: 'token-a', message: '1790000000.000200' },
      reply: PRESS.response_url,
    });
  });

  test('the same event read again has the same key, another press of the same button has another', () => {
    const again = { ...MENTION, event_time: 1_790_000_060 };
    const [one, two, three] = [read(MENTION), read(again), fromPress({ trigger_id: '1.2.other' })];
    assert.ok('event' in one && 'event' in two && 'event' in three);
    assert.equal(one.event, two.event);
    assert.notEqual(three.event, 'press:1.2.press');
  });

  const typed: readonly [string, string][] = [
    ['', '/help'],
    ['  ', '/help'],
    ['status', '/status'],
    ['/status', '/status'],
    ['stop 101 reason=“the disk”', '/stop 101 reason="the disk"'],
    ['config web description="a &lt; b &amp; c"', '/config web description="a < b & c"'],
    ['guest <http://web.example.com|web.example.com>', '/guest web.example.com'],
    ['guest <https://a.test/x>', '/guest https://a.test/x'],
    ['person <mailto:ada@example.com|ada@example.com>', '/person ada@example.com'],
  ];
  for (const [text, line] of typed)
    test(`${JSON.stringify(text)} behind the command is the line ${JSON.stringify(line)}`, () =>
      assert.deepEqual(lineOf(fromSlash({ text })), { what: 'line', text: line, unseen: true }));

  const mentions: readonly [string, string][] = [
    ['<@U0BOT>', '/help'],
    ['<@U0BOT|quorate>: status', '/status'],
    ['  <@U0BOT>, guest 101', '/guest 101'],
  ];
  for (const [text, line] of mentions)
    test(`${JSON.stringify(text)} is the line ${JSON.stringify(line)}`, () =>
      assert.deepEqual(lineOf(fromMention({ text })), { what: 'line', text: line, unseen: false }));

  test('a mention in a direct message says no more than the line does', () =>
    assert.deepEqual(lineOf(fromDirect({ text: '<@U0BOT> whoami' })), lineOf(read(DIRECT))));

  test('an address for answers that is not Slack’s is none', () => {
    for (const url of ['http://hooks.slack.com/x', 'https://hooks.slack.com.evil/x', 7, undefined]) {
      const intent = fromSlash({ response_url: url });
      assert.ok('reply' in intent, String(url));
      assert.equal(intent.reply, '');
    }
  });
});

describe('what decides over a change', () => {
  for (const line of [
    'approve 12',
    '/approve 12',
    'APPROVE 12',
    'confirm 12 web',
    'deny 12',
    'break-glass 12',
    'keep 12',
    'code 123456',
    'app\u200brove 12',
  ])
    test(`"${line}" counts as a command and never as a message`, () => {
      assert.deepEqual(fromMention({ text: `<@U0BOT> ${line}` }), { dropped: 'vote-by-text' });
      assert.deepEqual(fromDirect({ text: line }), { dropped: 'vote-by-text' });
      assert.ok('does' in fromSlash({ text: line }));
    });
});

describe('what is dropped', () => {
  const mentions: readonly [string, object, string, object?][] = [
    ['a bot', { bot_id: 'B0OTHER' }, 'bot'],
    ['an app that writes in the name of a person', { app_id: 'A0OTHER' }, 'bot'],
    ['a workflow', { bot_profile: { id: 'B0FLOW', name: 'Flow' } }, 'bot'],
    ['a webhook', { subtype: 'bot_message', user: undefined }, 'bot'],
    ['an edited message', { edited: { user: 'U0OMAR', ts: '1790000009.0' } }, 'edited'],
    [
      'message_changed',
      { type: 'message', subtype: 'message_changed', channel: 'D0OMAR', channel_type: 'im' },
      'edited',
    ],
    [
      'message_deleted',
      { type: 'message', subtype: 'message_deleted', channel: 'D0OMAR', channel_type: 'im' },
      'edited',
    ],
    ['an upload', { subtype: 'file_share' }, 'not-a-command'],
    ['talk about the bot', { text: 'ask <@U0BOT> to stop 101' }, 'not-a-command'],
    ['a mention of somebody else', { text: '<@U0ADA> stop 101' }, 'not-a-command'],
    ['talk in a channel', { type: 'message', channel_type: 'channel', text: 'stop 101' }, 'not-a-command'],
    ['a channel that is not on the list', { channel: 'C0OTHER' }, 'chat-not-allowed'],
    ['somebody of another workspace', { user_team: 'T0AWAY' }, 'foreign'],
    ['a message from another workspace', { team: 'T0AWAY' }, 'foreign'],
    ['a message that came through another workspace', { source_team: 'T0AWAY' }, 'foreign'],
    ['a channel shared with another workspace', {}, 'foreign', { is_ext_shared_channel: true }],
    ['an event for another workspace', {}, 'foreign', { team_id: 'T0AWAY' }],
    ['nobody', { user: undefined }, 'malformed'],
    ['a bot’s id as a person', { user: 'B0BOT' }, 'malformed'],
    ['an id that is no text', { user: 7 }, 'malformed'],
    ['an event without its id', {}, 'malformed', { event_id: '' }],
    ['another kind of event', { type: 'reaction_added' }, 'malformed'],
  ];
  for (const [what, changes, why, outer] of mentions)
    test(`${what} is dropped: ${why}`, () => assert.deepEqual(fromMention(changes, outer), { dropped: why }));

  const [action] = PRESS.actions;
  const presses: readonly [string, object, string][] = [
    ['a press by somebody of another workspace', { user: { ...PRESS.user, team_id: 'T0AWAY' } }, 'foreign'],
    ['a press told by another workspace', { team: { id: 'T0AWAY' } }, 'foreign'],
    ['a press outside the list', { channel: { id: 'C0OTHER' } }, 'chat-not-allowed'],
    [
      'a press on somebody else’s message',
      { message: { ...PRESS.message, user: 'U0ADA', bot_id: 'B0OTHER' } },
      'malformed',
    ],
    [
      'a press whose message is another',
      { message: { ...PRESS.message, ts: '1790000000.000201' } },
      'malformed',
    ],
    [
      'a press whose channel is another',
      { container: { ...PRESS.container, channel_id: 'C0OTHER' } },
      'malformed',
    ],
    ['a press on a modal', { container: { type: 'view', view_id: 'V0' } }, 'malformed'],
    ['two presses at once', { actions: [action, action] }, 'malformed'],
    ['no press', { actions: [] }, 'malformed'],
    ['a button that is not ours', { actions: [{ ...action, action_id: 'other' }] }, 'malformed'],
    ['a menu', { actions: [{ ...action, type: 'static_select' }] }, 'malformed'],
    ['a button without a value', { actions: [{ ...action, value: undefined }] }, 'malformed'],
    ['a press by a bot', { user: { id: 'B0BOT' } }, 'malformed'],
    ['a submitted modal', { type: 'view_submission' }, 'malformed'],
  ];
  for (const [what, changes, why] of presses)
    test(`${what} is dropped: ${why}`, () => assert.deepEqual(fromPress(changes), { dropped: why }));

  const commands: readonly [string, object, string][] = [
    ['another command', { command: '/other' }, 'other-bot'],
    ['a command in another workspace', { team_id: 'T0AWAY' }, 'foreign'],
    ['a command outside the list', { channel_id: 'C0OTHER' }, 'chat-not-allowed'],
    ['a command by nobody', { user_id: '' }, 'malformed'],
  ];
  for (const [what, changes, why] of commands)
    test(`${what} is dropped: ${why}`, () => assert.deepEqual(fromSlash(changes), { dropped: why }));

  for (const payload of [null, undefined, 7, 'text', [], {}, { type: 'block_actions' }, { event: null }])
    test(`${JSON.stringify(payload)} is dropped`, () =>
      assert.deepEqual(read(payload), { dropped: 'malformed' }));
});

describe('who is told that their event is dropped', () => {
  test('whoever pressed, with the workspace that they are of, even where all else cannot be read', () => {
    const broken = {
      ...PRESS,
      user: { id: 'U0AWAY', team_id: 'T0AWAY' },
      channel: 7,
      message: null,
      actions: null,
    };
    assert.deepEqual(readSender(broken, reader), {
      event: 'press:1.2.press',
      account: { platform: 'slack', tenant: 'T0AWAY', id: 'U0AWAY' },
      chat: null,
      reply: PRESS.response_url,
      did: { what: 'press' },
    });
  });

  test('nobody where nobody is named', () => {
    for (const payload of [
      null,
      {},
      { ...PRESS, user: null },
      { ...MENTION, event: { type: 'app_mention' } },
    ])
      assert.equal(readSender(payload, reader), null);
  });
});
