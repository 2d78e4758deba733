import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { checkDiscord } from '#bot/discord/check';
import { type FakeDiscord, startFakeDiscord } from '#test/fake/discord/discord';

let discord: FakeDiscord;
beforeEach(async () => {
  discord = await startFakeDiscord();
});
afterEach(() => discord.close());

const check = (channels: readonly string[], changes: { token?: string; guild?: string } = {}) =>
  checkDiscord({ token: discord.token, api: discord.api, guild: discord.guild, channels, ...changes });

test('where all is as it should be each thing is good, and nothing was changed', async () => {
  const ops = discord.addChannel('ops');
  assert.deepEqual(await check([ops.id]), [
    { at: 'bot.discord.token', thing: 'token', good: 'Quorate' },
    { at: 'bot.discord.token', thing: 'intents', good: 'Guilds' },
    { at: 'bot.discord.guild', thing: 'scopes', good: 'ops' },
    { at: 'bot.discord.guild', thing: 'commands', good: '0 registered' },
    { at: 'bot.discord.channels[0]', thing: 'chat', good: '#ops' },
  ]);
  assert.equal(discord.world.registrations, 0);
});

test('a token that nobody knows is all that is told', async () => {
  const [only, ...more] = await check([], { token: 'x.y.z' });
  assert.deepEqual(
    [only, more],
    [{ at: 'bot.discord.token', thing: 'token', bad: '401: Unauthorized (0)' }, []],
  );
});

test('a server that the bot is not in is told with the address where it is let in', async () => {
  const told = await check([], { guild: discord.addGuild(false) });
  const bad = told.find(({ thing }) => thing === 'scopes');
  assert.ok(bad && 'bad' in bad);
  assert.match(
    bad.bad,
    new RegExp(`client_id=${discord.world.application}&permissions=274877942784&scope=bot`),
  );
});

test('what is missing in a channel is told in the names that Discord shows', async () => {
  const [ops, blind, foreign] = [
    discord.addChannel('ops'),
    discord.addChannel('blind'),
    discord.addChannel('ops', discord.addGuild(true)),
  ];
  discord.deny(ops, 'attach');
  discord.deny(ops, 'send');
  discord.deny(blind, 'view');
  const told = await check([ops.id, blind.id, foreign.id, '123456789012345678']);
  assert.deepEqual(
    told.filter(({ thing }) => thing === 'chat').map((one) => ('bad' in one ? one.bad : one.good)),
    [
      'missing here: SEND_MESSAGES, ATTACH_FILES',
      'Missing Access (50001)',
      `is no channel of the server ${discord.guild}`,
      'Unknown Channel (10003)',
    ],
  );
});
