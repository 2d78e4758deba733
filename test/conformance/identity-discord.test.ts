import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { typedLine } from '#bot/commands/typed-line';
import { connectDiscord } from '#bot/discord/discord';
import { changeByNo } from '#db/ledger/change-rows';
import { bindAccount } from '#db/ledger/people';
import { turnedAway } from '#db/ledger/schema/people';
import { flat } from '../fake/discord/components.ts';
import { type FakeDiscord, startFakeDiscord } from '../fake/discord/discord.ts';
import type { Seen } from '../fake/discord/view.ts';
import type { Channel, User } from '../fake/discord/world.ts';
import { ada, omar } from '../policies/people.ts';
import { type Beside, openRoom, until } from './room.ts';

const SHELL = { cli: 'test' };
const APPROVE = { command: 'approve', values: { change: '1' } };

const besideIn = (discord: FakeDiscord, channels: readonly string[]): Beside => ({
  connect: ({ now, log }) =>
    connectDiscord({
      token: discord.token,
      api: discord.api,
      guild: discord.guild,
      channels,
      lineOf: typedLine,
      identifyEvery: 1,
      now,
      log,
    }),
  chats: channels.map((chat) => ({ platform: 'discord', chat })),
});

/** What did not come from a member of the one server, by the bot that the server put there, approves nothing. */
describe('identity on Discord', () => {
  let discord: FakeDiscord;
  let room: Awaited<ReturnType<typeof openRoom>>;
  let ops: Channel;
  let member: User;
  beforeEach(async () => {
    discord = await startFakeDiscord();
    member = discord.addUser('ada');
    ops = discord.addChannel('ops');
    room = await openRoom({ beside: besideIn(discord, [ops.id]) });
    asAda(member);
    room.say('omar', '/stop 101');
    await until('the card on Discord', () => card().buttons.includes('Approve'));
  });
  afterEach(async () => {
    await room.close();
    await discord.close();
  });

  /** The account is linked, so that only what it is, or where it comes from, can speak against it. */
  const asAda = (user: User, person = ada.id): User => {
    bindAccount(room.ledger, person, { platform: 'discord', tenant: '', id: user.id }, SHELL);
    return user;
  };
  const card = (): Pick<Seen, 'id' | 'buttons'> => {
    const found = discord.messages(ops).find(({ text }) => text.includes('#1 ·'));
    return found ?? { id: '', buttons: [] };
  };
  const token = (): string => {
    const parts = flat(ops.messages.get(card().id)?.components ?? []);
    const id = parts.find(({ label }) => label === 'Approve')?.['custom_id'];
    assert.ok(typeof id === 'string');
    return id;
  };
  const press = (user: User, more: object = {}) =>
    discord.press(user, ops, { message: card().id, label: 'Approve' }, { ...more });
  /** Nothing sent so far counted: what was pressed is in the audit with these reasons, once what was sent after it is answered. */
  const countedNothing = async (...why: readonly string[]): Promise<void> => {
    const refused = () => room.audit().filter(({ kind }) => kind === 'click.refused');
    // The first is on record at once, and of more of the same the number is.
    const more = () => room.ledger.db.orm.select().from(turnedAway).all();
    const reasons = () => [
      ...refused().map(({ facts }) => facts['why']),
      ...more().flatMap(({ kind, why, count }) =>
        kind === 'click.refused' ? Array.from({ length: count }, () => why) : [],
      ),
    ];
    await until(`${why.length} presses on record`, () => reasons().length >= why.length);
    const asked = discord.invoke(member, ops, { command: 'whoami' });
    await until('an answer to what was sent last', () => asked.state !== 'open');
    const state = changeByNo(room.ledger, 1)?.state;
    assert.equal(state?.state, 'awaiting');
    assert.deepEqual('votes' in state && state.votes, []);
    assert.equal(room.worker.jobs.filter(({ job }) => job === 'run').length, 0);
    assert.deepEqual(reasons().toSorted(), why.toSorted());
    for (const { actor } of refused()) assert.equal('person' in actor && actor.person, 'ada');
    // Nothing but that stood against it: the same press as a member of the server counts.
    press(member);
    await until('the press of a member counts', () => changeByNo(room.ledger, 1)?.state.state !== 'awaiting');
  };

  it('who installed the application for themselves approves nothing with it', async () => {
    const alone = { authorizing_integration_owners: { 1: member.id }, context: 0 };
    press(member, alone);
    press(member, { ...alone, context: 2 });
    press(member, { authorizing_integration_owners: {} });
    discord.invoke(member, ops, APPROVE, alone);
    await countedNothing('chat-not-allowed', 'chat-not-allowed', 'chat-not-allowed');
  });

  it('what comes from another server approves nothing, although its sender is an admin here', async () => {
    const [known, unknown] = [discord.addGuild(true), discord.addGuild(false)];
    for (const guild of [known, unknown]) {
      const channel = discord.addChannel('ops', guild);
      const owners = { authorizing_integration_owners: { 0: guild } };
      discord.press(member, channel, { message: card().id, forged: token() }, owners);
      discord.press(member, channel, { message: card().id, forged: token() });
      discord.invoke(member, channel, APPROVE, owners);
      // The channel's id of our server, said by another one.
      press(member, { guild_id: guild });
      press(member, owners);
    }
    const data = { custom_id: token(), component_type: 2, guild_id: known };
    press(member, { data });
    await countedNothing(...Array.from({ length: 9 }, () => 'chat-not-allowed'));
  });

  it('a bot and a webhook of the server approve nothing, with a real token on a copy of the card', async () => {
    const robot = asAda(discord.addUser('ada', 'bot'));
    press(robot);
    discord.invoke(robot, ops, APPROVE);
    const hook = { id: card().id, author: { id: '77', username: 'Quorate' }, webhook_id: '77' };
    press(member, { message: hook });
    // Ours, but not where the card stands.
    press(member, { message: { id: '78', author: discord.bot } });
    await countedNothing('bot', 'malformed', 'stale-button');
  });

  it('a press in which two people are named counts for neither', async () => {
    const stranger = discord.addUser('ada');
    press(stranger, { user: member });
    press(stranger, { user: member, member: undefined });
    await countedNothing();
  });

  it('who asked in Telegram does not approve on Discord', async () => {
    const second = asAda(discord.addUser('omar'), omar.id);
    press(second);
    await until('an answer', () => discord.told(second).length > 0);
    assert.match(discord.told(second).at(-1)?.text ?? '', /You asked for this/);
    assert.equal(changeByNo(room.ledger, 1)?.state.state, 'awaiting');
  });
});
