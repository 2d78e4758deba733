import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readFilling } from '#bot/discord/filling';
import { channelOf, homeOf, type Reader, readIntent, readReply } from '#bot/discord/intent';
import { readMissed } from '#bot/discord/missed';

const GUILD = '800000000000000001';
const OPS = '800000000000000002';
const OMAR = '700000000000000001';
const BOT = '900000000000000001';
/** Made at 1_790_000_000_000 ms. */
const ID = String((1_790_000_000_000n - 1_420_070_400_000n) << 22n);

const reader: Reader = {
  bot: BOT,
  guild: GUILD,
  channels: [OPS],
  lineOf: (command, values) =>
    command === 'sudo' ? null : [`/${command}`, ...Object.values(values)].join(' '),
};

const omar = { id: OMAR, username: 'ada', global_name: 'Ada', discriminator: '0' };
const common = {
  id: ID,
  application_id: BOT,
  token: 'aW50ZXJhY3Rpb24',
  version: 1,
  guild_id: GUILD,
  channel_id: OPS,
  channel: { id: OPS, type: 0 },
  member: { user: omar, roles: [], permissions: '8' },
  locale: 'es-ES',
  authorizing_integration_owners: { 0: GUILD },
  context: 0,
};
const command = {
  ...common,
  type: 2,
  data: {
    id: '1',
    type: 1,
    name: 'stop',
    guild_id: GUILD,
    options: [{ name: 'guest', type: 3, value: '101' }],
  },
};
const press = {
  ...common,
  type: 3,
  data: { custom_id: 'token-a', component_type: 2 },
  message: { id: '55', author: { id: BOT } },
};
const typing = {
  ...command,
  type: 4,
  data: { ...command.data, options: [{ name: 'guest', type: 3, value: 'we', focused: true }] },
};
const privately = {
  ...press,
  guild_id: undefined,
  member: undefined,
  user: omar,
  channel: { id: '66', type: 1 },
  authorizing_integration_owners: { 0: '0' },
  context: 1,
};

const read = (raw: unknown) => readIntent(raw, reader);

describe('what one person chose or pressed', () => {
  test('a command is an intent of the account by its id, never by its name', () => {
    assert.deepEqual(read(command), {
      event: ID,
      account: { platform: 'discord', tenant: '', id: OMAR },
      place: { platform: 'discord', chat: OPS, private: false },
      at: 1_790_000_000_000,
      locale: 'es-ES',
      does: { what: 'line', text: '/stop 101', unseen: true },
      reply: JSON.stringify({ id: ID, app: BOT, token: common.token }),
    });
  });

  test('a press is an intent with the token and the message', () => {
    const intent = read(press);
    assert.ok('does' in intent);
    assert.deepEqual(intent.does, { what: 'press', token: 'token-a', message: '55' });
    assert.deepEqual(readReply(intent.reply), { id: ID, app: BOT, token: common.token });
  });

  test('a press in our private chat is of whoever it is with', () => {
    const intent = read(privately);
    assert.ok('place' in intent);
    assert.deepEqual(
      [intent.place, intent.account.id],
      [{ platform: 'discord', chat: '66', private: true }, OMAR],
    );
  });

  test('a thread below a configured channel is a place of its own, and its address can be read back', () => {
    const intent = read({ ...command, channel: { id: '77', type: 11, parent_id: OPS } });
    assert.ok('place' in intent);
    assert.equal(intent.place.chat, `${OPS}/77`);
    assert.deepEqual([channelOf(intent.place.chat), homeOf(intent.place.chat)], ['77', OPS]);
    assert.deepEqual([channelOf(OPS), homeOf(OPS)], [OPS, OPS]);
  });

  test('the same interaction read again is the same event', () => {
    const [one, two] = [read(command), read(structuredClone(command))];
    assert.ok('event' in one && 'event' in two);
    assert.equal(one.event, two.event);
  });

  test('a field that is being filled is no intent, and says who fills what', () => {
    assert.deepEqual(read(typing), { dropped: 'not-a-command' });
    assert.deepEqual(readFilling(typing, reader)?.filling, {
      account: { platform: 'discord', tenant: '', id: OMAR },
      place: { platform: 'discord', chat: OPS, private: false },
      command: 'stop',
      option: 'guest',
      typed: 'we',
    });
    assert.equal(readFilling(command, reader), null);
    assert.equal(readFilling({ ...typing, guild_id: '1' }, reader), null);
  });
});

describe('what is dropped', () => {
  const other = '800000000000000099';
  const cases: readonly [string, unknown, string][] = [
    ['a bot', { ...command, member: { user: { ...omar, bot: true } } }, 'bot'],
    ['the system', { ...command, member: { user: { ...omar, system: true } } }, 'bot'],
    ['another server', { ...command, guild_id: other }, 'chat-not-allowed'],
    ['another channel', { ...command, channel: { id: other, type: 0 } }, 'chat-not-allowed'],
    [
      'a thread elsewhere',
      { ...command, channel: { id: '7', type: 11, parent_id: other } },
      'chat-not-allowed',
    ],
    [
      'a channel below ours that is no thread',
      { ...command, channel: { id: '7', type: 0, parent_id: OPS } },
      'chat-not-allowed',
    ],
    [
      'an application somebody installed for themselves',
      { ...command, authorizing_integration_owners: { 1: OMAR }, context: 2 },
      'chat-not-allowed',
    ],
    [
      'one that another server installed',
      { ...command, authorizing_integration_owners: { 0: other } },
      'chat-not-allowed',
    ],
    [
      'a command of another server',
      { ...command, data: { ...command.data, guild_id: other } },
      'chat-not-allowed',
    ],
    [
      'a private chat by an own installation',
      { ...privately, authorizing_integration_owners: { 1: OMAR } },
      'chat-not-allowed',
    ],
    ['a group chat', { ...privately, channel: { id: '66', type: 3 } }, 'chat-not-allowed'],
    ['a member and a user who differ', { ...command, user: { ...omar, id: other } }, 'malformed'],
    ['nobody', { ...command, member: undefined }, 'malformed'],
    ['a user where a member should be', { ...command, member: undefined, user: omar }, 'malformed'],
    ['an id that is no number', { ...command, member: { user: { ...omar, id: 'ada' } } }, 'malformed'],
    ['an id as a number', { ...command, member: { user: { ...omar, id: 7 } } }, 'malformed'],
    [
      'a card that a webhook posted',
      { ...press, message: { id: '55', author: { id: '77' }, webhook_id: '77' } },
      'malformed',
    ],
    ['a press on no message', { ...press, message: undefined }, 'malformed'],
    ['a menu instead of a button', { ...press, data: { ...press.data, component_type: 3 } }, 'malformed'],
    [
      'a token that is too long',
      { ...press, data: { ...press.data, custom_id: 'x'.repeat(101) } },
      'malformed',
    ],
    ['a press that says it is a command', { ...press, type: 2 }, 'malformed'],
    ['a command that says it is a press', { ...command, type: 3 }, 'malformed'],
    ['a command of a person’s menu', { ...command, data: { ...command.data, type: 2 } }, 'not-a-command'],
    ['a command that there is not', { ...command, data: { ...command.data, name: 'sudo' } }, 'not-a-command'],
    ['a form', { ...press, type: 5 }, 'malformed'],
    ['nothing', null, 'malformed'],
    ['a text', 'interaction', 'malformed'],
    ['a message', { id: ID, author: omar, content: '/stop 101' }, 'malformed'],
  ];
  for (const [what, raw, why] of cases)
    test(`${what} is dropped: ${why}`, () => assert.deepEqual(read(raw), { dropped: why }));

  test('what came to nothing is still known to be somebody’s', () => {
    const press77 = { ...press, message: undefined };
    assert.deepEqual(readMissed(press77, 'malformed'), {
      event: ID,
      account: { platform: 'discord', tenant: '', id: OMAR },
      chat: OPS,
      why: 'malformed',
      did: { what: 'press' },
    });
    assert.deepEqual(readMissed(command, 'foreign')?.did, { what: 'line', text: '/stop', unseen: true });
    assert.equal(readMissed({ ...press, member: undefined }, 'malformed'), null);
  });
});

/** Paths to every value in a payload. */
const pathsOf = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))]
    : [path];

const altered = (value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown => {
  if (key === undefined) return put;
  if (typeof value !== 'object' || value === null) return value;
  const fields: { readonly [name: string]: unknown } = { ...value };
  const next = altered(fields[key], rest, put);
  return Array.isArray(value)
    ? value.map((one: unknown, index) => (String(index) === key ? next : one))
    : { ...fields, [key]: next };
};

describe('a payload that was tampered with', () => {
  const recorded = [command, press, typing, privately];
  const junk = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true }),
    fc.constantFrom(null, undefined, '', '0', 0, -1, [], {}, '__proto__', OMAR, GUILD, OPS, 'x'.repeat(5000)),
    fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String),
  );
  const mutated = fc
    .constantFrom(...recorded)
    .chain((raw) =>
      fc
        .array(fc.tuple(fc.constantFrom(...pathsOf(raw)), junk), { minLength: 1, maxLength: 4 })
        .map((changes) => changes.reduce<unknown>((now, [path, put]) => altered(now, path, put), raw)),
    );

  /** Whoever Discord names in the only field that counts there. */
  type Sent = { readonly guild_id?: string; readonly member?: { readonly user: { readonly id: unknown } } };
  const named = (raw: unknown): unknown => {
    // What was accepted was checked to have these.
    const { guild_id: guild, member, user } = raw as Sent & { readonly user?: { readonly id: unknown } };
    return (guild === undefined ? user : member?.user)?.id;
  };

  test('never throws, and never becomes an intent of somebody else or of another place', () => {
    let accepted = 0;
    fc.assert(
      fc.property(mutated, (raw) => {
        const intent = read(raw);
        const filling = readFilling(raw, reader);
        readMissed(raw, 'malformed');
        if (filling) assert.equal(filling.filling.account.id, named(raw));
        if ('dropped' in intent) return;
        accepted += 1;
        assert.equal(intent.account.id, named(raw));
        assert.ok(intent.place.private || homeOf(intent.place.chat) === OPS);
        assert.equal(JSON.stringify(JSON.parse(JSON.stringify(intent))), JSON.stringify(intent));
      }),
      { numRuns: 20_000 },
    );
    assert.ok(accepted > 100, `${accepted} were accepted`);
  });
});
