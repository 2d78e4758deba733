import assert from 'node:assert/strict';
import { it } from 'node:test';
import { COMMANDS } from '#bot/commands/table';
import { startFakeDiscord } from '../fake/discord/discord.ts';
import type { User } from '../fake/discord/world.ts';
import { setUp } from './set-up.ts';
import { firstLook } from './stage.ts';

it('a change is asked for, agreed to and done by Discord alone, through a library that breaks at what it hears', async () => {
  const [site, discord] = [await setUp(), await startFakeDiscord()];
  const [omar, ada] = [discord.addUser('omar'), discord.addUser('ada')];
  const ops = discord.addChannel('ops');
  const token = site.plant('discord', discord.token);
  const { api, guild } = discord;
  const bot = { console: undefined, discord: { token, api, guild, channels: [ops.id] } };
  site.write({ bot, queue: undefined, worker: { bot_key: undefined } });
  await site.quorate('config', 'check');
  assert.match(await site.quorate('chat', 'check'), /#ops/);
  await site.quorate('people', 'add', 'omar', '--role', 'operator');
  await site.quorate('people', 'add', 'ada', '--role', 'admin');
  try {
    site.start('main');
    await discord.until(() => discord.commands().length === COMMANDS.length, 30_000);
    const asks = async (user: User, command: string, values: { readonly [option: string]: string } = {}) => {
      const before = discord.told(user).length;
      discord.invoke(user, ops, { command, values });
      await discord.until(() => discord.told(user).length > before, 10_000);
      return discord.told(user).at(-1)?.text ?? '';
    };
    const presses = async (user: User, label: string) => {
      const before = discord.told(user).length;
      const [card] = discord.messages(ops);
      discord.press(user, ops, { message: card?.id ?? '', label });
      await discord.until(() => discord.told(user).length > before, 10_000);
      return discord.told(user).at(-1)?.text ?? '';
    };

    assert.match(await asks(omar, 'status'), /not linked to anybody/);
    for (const [user, person] of [
      [omar, 'omar'],
      [ada, 'ada'],
    ] as const) {
      const [code = ''] = (await site.quorate('link-code', person)).split(' ');
      assert.match(await asks(user, 'link', { code }), new RegExp(`is now ${person}`));
    }
    await firstLook(site.ledger);

    discord.type(omar, ops, { command: 'stop', values: { guest: 'web' } });
    await discord.until(() => discord.world.completions.length === 1, 10_000);
    assert.match(JSON.stringify(discord.world.completions), /101 web-01/);

    // Its handler of this reads a field of nothing, and nobody waits for it: Node ends a process for that.
    discord.gateway.dispatch('READY', null);
    assert.match(await asks(omar, 'stop', { guest: '101', reason: 'it hangs' }), /#1/);
    await discord.until(
      () => /stop web-01.*waiting for approval/s.test(discord.messages(ops)[0]?.text ?? ''),
      20_000,
    );
    assert.match(discord.messages(ops)[0]?.text ?? '', /it hangs/);
    assert.match(await presses(omar, 'Approve'), /You asked for this/);
    assert.match(await presses(ada, 'Approve'), /\S/);
    await discord.until(() => /done and verified/.test(discord.messages(ops)[0]?.text ?? ''), 30_000);
    assert.deepEqual(
      [discord.messages(ops).length, discord.messages(ops)[0]?.buttons.includes('Approve')],
      [1, false],
    );
    assert.match(await asks(ada, 'audit', { about: '#1' }), /change\.finish/);
  } finally {
    await site.close();
    await discord.close();
  }
});
