import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
import { type Reader, readIntent } from '#bot/slack/intent';
import { readSender } from '#bot/slack/sender';
import { connectSlack } from '#bot/slack/slack';
import { startFakeSlack } from '#test/fake/slack/slack';
import { noteOf } from '../../contract/chat/cards.ts';
import { PAYLOADS } from './payloads.ts';

const reader: Reader = {
  team: 'T0HOME',
  bot: { user: 'U0BOT', id: 'B0BOT' },
  command: '/pve',
  allows: (channel) => channel === 'C0OPS',
  hooks: (url) => url.startsWith('https://hooks.slack.com/'),
  now: () => 0,
};

type Path = readonly string[];

/** Every place in a payload. */
const pathsOf = (value: unknown, path: Path = []): readonly Path[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))]
    : [path];

/** A copy in which something else stands at a place; `undefined` takes it out. */
const changed = (value: unknown, [key, ...rest]: Path, to: unknown): unknown => {
  if (key === undefined) return to;
  if (Array.isArray(value))
    return value.map((one, index) => (String(index) === key ? changed(one, rest, to) : one));
  const fields = Object.entries(value ?? {}).map(([name, one]) => [
    name,
    name === key ? changed(one, rest, to) : one,
  ]);
  return Object.fromEntries(fields);
};

/** What an attacker would put there, and anything at all. */
const anyValue = fc.oneof(
  fc.constantFrom(
    'U0ADA',
    'W0ADA',
    'T0AWAY',
    'C0OTHER',
    'D0ADA',
    'B0BOT',
    'U0BOT',
    '__proto__',
    '',
    undefined,
    null,
  ),
  fc.constantFrom(
    'approve 12',
    '<@U0BOT> approve 12',
    '<!channel>',
    '/pve',
    'quorate:0',
    '1790000000.000200',
  ),
  fc.anything(),
);

const mutated = fc.constantFrom(...Object.values(PAYLOADS)).chain((payload) =>
  fc
    .array(fc.tuple(fc.constantFrom(...pathsOf(payload)), anyValue), { minLength: 1, maxLength: 3 })
    .map((changes) => ({
      changes,
      raw: changes.reduce<unknown>((left, [path, to]) => changed(left, path, to), payload),
    })),
);

/** The places where a payload says who it is from. */
const isWho = ([first, second]: Path): boolean =>
  first === undefined ||
  first === 'user' ||
  first === 'user_id' ||
  (first === 'event' && (second === undefined || second === 'user'));

test('no payload throws, and none becomes an intent of anybody but whom it names, whatever is put in place of its parts', () => {
  let intents = 0;
  fc.assert(
    fc.property(mutated, ({ raw, changes }) => {
      const read = readIntent(raw, reader);
      readSender(raw, reader);
      if ('dropped' in read) return;
      intents += 1;
      assert.equal(read.account.tenant, 'T0HOME');
      if (!changes.some(([path]) => isWho(path))) assert.equal(read.account.id, 'U0OMAR');
      assert.ok(read.place.chat === 'C0OPS' || read.place.chat.startsWith('D'));
      assert.ok(read.reply === '' || read.reply.startsWith('https://hooks.slack.com/'));
    }),
    { numRuns: 8_000 },
  );
  // A fuzz that never gets past the door proves nothing.
  assert.ok(intents > 1_000, `${intents} intents`);
});

test('over the socket no payload stops anything, and after all of them a command is heard', async () => {
  const slack = await startFakeSlack({ limits: { eventRetryMs: [] } });
  const omar = slack.addUser('omar');
  const ops = slack.addChannel('ops', [omar]);
  const heard: string[] = [];
  const chat = connectSlack({
    botToken: slack.botToken,
    appToken: slack.appToken,
    api: slack.api,
    channels: [ops.id],
    perMinute: 60_000,
    command: '/pve',
    staggerMs: 0,
    now: Date.now,
    log: pino({ enabled: false }),
  });
  const sink = ({ account }: { account: { id: string } }) => Promise.resolve(void heard.push(account.id));
  await chat.start(sink, { missed: () => {}, moved: () => {}, dropped: () => noteOf('no') });
  const KINDS = ['events_api', 'slash_commands', 'interactive'] as const;
  const sample = fc.sample(fc.tuple(fc.constantFrom(...KINDS), mutated), 400);
  for (const [kind, { raw }] of sample) {
    // What JSON cannot say no platform sends.
    const json = ((): string | undefined => {
      try {
        return JSON.stringify(raw);
      } catch {
        // A bigint or a circle.
        return undefined;
      }
    })();
    if (json !== undefined) slack.forge(kind, JSON.parse(json));
  }
  slack.slash(omar, ops, 'status');
  await slack.until(() => heard.includes(omar.id), 10_000);
  assert.deepEqual(heard, [omar.id]);
  await chat.stop();
  await slack.close();
});
