import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { addressOf, type Reader, readIntent } from '#bot/telegram/intent';

const NOW = 1_790_000_000_000;
const reader: Reader = {
  bot: { id: 7, username: 'quorate_bot' },
  allows: (group) => group === -100,
  now: () => NOW,
};

const omar = { id: 42, is_bot: false, first_name: 'Omar', username: 'ada', language_code: 'es' };
const ops = { id: -100, type: 'supergroup', title: 'ops' };
const said = { message_id: 5, date: 1_789_999_999, chat: ops, from: omar, text: '/stop 101' };
const card = { message_id: 9, date: 1_789_999_000, chat: ops, from: { id: 7, is_bot: true } };
const pressed = { id: '440', from: omar, chat_instance: 'x', data: 'token', message: card };

const fromMessage = (changes: object) =>
  readIntent({ update_id: 1, message: { ...said, ...changes } }, reader);
const fromPress = (changes: object) =>
  readIntent({ update_id: 1, callback_query: { ...pressed, ...changes } }, reader);

describe('what one person said or pressed', () => {
  test('a command is an intent of the account by its id, never by its name', () => {
    assert.deepEqual(fromMessage({}), {
      event: '7:1',
      account: { platform: 'telegram', tenant: '', id: '42' },
      place: { platform: 'telegram', chat: '-100', private: false },
      at: 1_789_999_999_000,
      locale: 'es',
      does: { what: 'line', text: '/stop 101', unseen: false },
      reply: '',
    });
  });

  test('a press is an intent with the token, the message and the query to answer', () => {
    assert.deepEqual(fromPress({}), {
      event: '7:press:440',
      account: { platform: 'telegram', tenant: '', id: '42' },
      place: { platform: 'telegram', chat: '-100', private: false },
      at: NOW,
      locale: 'es',
      does: { what: 'press', token: 'token', message: '9' },
      reply: '440',
    });
  });

  test('the same update read again has the same event, another press of the same button has another', () => {
    const events = [fromPress({}), fromPress({}), fromPress({ id: '441' })].map((intent) =>
      'event' in intent ? intent.event : undefined,
    );
    assert.equal(events[0], events[1]);
    assert.notEqual(events[0], events[2]);
  });

  test('a topic of a forum is a place of its own, and its address can be read back', () => {
    const intent = fromMessage({ is_topic_message: true, message_thread_id: 12 });
    assert.ok('place' in intent);
    assert.equal(intent.place.chat, '-100/12');
    assert.deepEqual(addressOf('-100/12'), { chat: -100, topic: { message_thread_id: 12 } });
    assert.deepEqual(addressOf('-100'), { chat: -100, topic: {} });
  });

  test('a reply outside a forum carries a thread id that is no topic', () => {
    const intent = fromMessage({ message_thread_id: 12 });
    assert.ok('place' in intent);
    assert.equal(intent.place.chat, '-100');
  });

  test('a card that became inaccessible can still be pressed', () => {
    const intent = fromPress({ message: { message_id: 9, date: 0, chat: ops } });
    assert.ok('does' in intent);
    assert.deepEqual(intent.does, { what: 'press', token: 'token', message: '9' });
  });

  test('in a private chat every line counts, so that a newcomer gets an answer', () => {
    const intent = fromMessage({ text: 'hello', chat: { id: 42, type: 'private' } });
    assert.ok('does' in intent);
    assert.deepEqual(
      [intent.place.private, intent.does],
      [true, { what: 'line', text: 'hello', unseen: true }],
    );
  });

  const addressed: readonly [string, string][] = [
    ['/stop@quorate_bot 101', '/stop 101'],
    ['/stop@Quorate_Bot', '/stop'],
    ['/stop@quorate_bot\n101', '/stop\n101'],
    ['/link user@other_bot', '/link user@other_bot'],
  ];
  for (const [text, line] of addressed)
    test(`${JSON.stringify(text)} is the line ${JSON.stringify(line)}`, () => {
      const intent = fromMessage({ text });
      assert.ok('does' in intent);
      assert.deepEqual(intent.does, { what: 'line', text: line, unseen: false });
    });
});

describe('what is dropped', () => {
  const messages: readonly [string, object, string][] = [
    ['an anonymous admin', { sender_chat: ops, from: { id: 1087968824, is_bot: true } }, 'anonymous'],
    [
      'an anonymous admin without the field that says so',
      { from: { id: 1087968824, is_bot: true } },
      'anonymous',
    ],
    [
      'somebody posting as a channel',
      { sender_chat: { id: -200 }, from: { id: 136817688, is_bot: true } },
      'channel',
    ],
    ['a person beside a sender chat', { sender_chat: { id: -200 } }, 'channel'],
    ['an automatic forward', { is_automatic_forward: true, sender_chat: { id: -200 } }, 'forwarded'],
    ['the service account', { from: { id: 777000, is_bot: false } }, 'forwarded'],
    ['a forwarded command', { forward_origin: { type: 'user' } }, 'forwarded'],
    ['a bot', { from: { id: 8, is_bot: true } }, 'bot'],
    ['a message through an inline bot', { via_bot: { id: 8, is_bot: true } }, 'bot'],
    ['an edited message', { edit_date: 1_790_000_000 }, 'edited'],
    ['a message of a business account', { business_connection_id: 'b' }, 'chat-not-allowed'],
    ['a guest message', { guest_query_id: 'g' }, 'chat-not-allowed'],
    ['a group that is not on the list', { chat: { id: -300, type: 'group' } }, 'chat-not-allowed'],
    ['a channel', { chat: { id: -100, type: 'channel' } }, 'channel'],
    ['talk in a group', { text: 'good morning' }, 'not-a-command'],
    ['a picture', { text: undefined, photo: [] }, 'not-a-command'],
    ['a command to another bot', { text: '/stop@other_bot 101' }, 'other-bot'],
    ['a message from nobody', { from: undefined }, 'malformed'],
    ['an id that no number can hold', { from: { id: 2 ** 60, is_bot: false } }, 'malformed'],
    ['an id in text', { from: { id: '42', is_bot: false } }, 'malformed'],
  ];
  for (const [what, changes, why] of messages)
    test(`${what} is dropped: ${why}`, () => assert.deepEqual(fromMessage(changes), { dropped: why }));

  const presses: readonly [string, object, string][] = [
    ['a press by a bot', { from: { id: 8, is_bot: true } }, 'bot'],
    ['a press on a forwarded card', { message: { ...card, forward_origin: { type: 'user' } } }, 'forwarded'],
    ['a press on somebody else’s message', { message: { ...card, from: omar } }, 'malformed'],
    [
      'a press outside the list',
      { message: { ...card, chat: { id: -300, type: 'group' } } },
      'chat-not-allowed',
    ],
    ['a press on an inline message', { message: undefined, inline_message_id: 'i' }, 'malformed'],
    ['a press without data', { data: undefined, game_short_name: 'g' }, 'malformed'],
    ['a press by nobody', { from: undefined }, 'malformed'],
  ];
  for (const [what, changes, why] of presses)
    test(`${what} is dropped: ${why}`, () => assert.deepEqual(fromPress(changes), { dropped: why }));

  const updates: readonly [string, unknown, string][] = [
    ['an edit', { update_id: 1, edited_message: said }, 'edited'],
    ['a channel post', { update_id: 1, channel_post: said }, 'channel'],
    ['an edited channel post', { update_id: 1, edited_channel_post: said }, 'channel'],
    ['a business message', { update_id: 1, business_message: said }, 'malformed'],
    ['a guest message', { update_id: 1, guest_message: said }, 'malformed'],
    ['an update without a kind', { update_id: 1 }, 'malformed'],
    ['nothing', null, 'malformed'],
  ];
  for (const [what, update, why] of updates)
    test(`${what} is dropped: ${why}`, () => assert.deepEqual(readIntent(update, reader), { dropped: why }));

  test('a press by an anonymous admin counts for the real person, whom Telegram names', () => {
    const intent = fromPress({ message: { ...card, sender_chat: ops } });
    assert.ok('account' in intent);
    assert.equal(intent.account.id, '42');
  });
});

test('no update throws, whatever is put in place of any of its parts', () => {
  const paths = ['message', 'callback_query'].flatMap((kind) =>
    Object.keys({ ...said, ...pressed }).map((field) => [kind, field] as const),
  );
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.anything(), ([kind, field], value) => {
      const base: object = kind === 'message' ? said : pressed;
      const read = readIntent({ update_id: 1, [kind]: { ...base, [field]: value } }, reader);
      assert.ok('dropped' in read || read.account.id === '42' || field === 'from');
    }),
    { numRuns: 2_000 },
  );
});
