import { pino } from 'pino';
import { COMMANDS } from '#bot/commands/table';
import { typedLine } from '#bot/commands/typed-line';
import { readLine } from '#bot/commands/words-of-line';
import { connectDiscord } from '#bot/discord/discord';
import { PLATFORM } from '#bot/discord/intent';
import { startFakeDiscord } from '#test/fake/discord/discord';
import type { Limits } from '#test/fake/discord/limits';
import type { Seen } from '#test/fake/discord/view';
import type { User } from '#test/fake/discord/world';
import type { Configured, Party, Shown } from './party.ts';
import { planFault } from './plan-fault.ts';

const shownAs = ({ id, text, live, buttons, files }: Seen): Shown => ({ id, text, live, buttons, files });

/** A line as the form in which people fill it in here: each word in the field of its place. */
const formOf = (line: string) => {
  const { command = '', args = [] } = readLine(line) ?? {};
  const { options = [] } = COMMANDS.find(({ name }) => name === command) ?? {};
  return {
    command,
    values: Object.fromEntries(args.map((word, index) => [options[index]?.name ?? '', word])),
  };
};

/** A card goes with its file, as one message. */
const ENDPOINTS = { post: 'post', edit: 'edit', file: 'post' } as const;

/** A server on a fake Discord, with the usual limits or these; mute takes no messages from people they do not know. */
export const openDiscordCrowd = async (limits: Partial<Limits> = {}) => {
  const discord = await startFakeDiscord({ limits });
  const people = ['ada', 'omar', 'mute'].map((name) => discord.addUser(name));
  const named = (name: string): User => {
    const user = people.find(({ username }) => username === name);
    if (!user) throw new Error(`nobody is called ${name}`);
    return user;
  };
  discord.closePrivateChat(named('mute'));
  const [room, elsewhere] = [discord.addChannel('ops'), discord.addChannel('elsewhere')];
  const foreign = discord.addChannel('ops', discord.addGuild(true));
  const machine = discord.addUser('machine', 'bot');
  const omar = named('omar');
  const stop = { command: 'stop', values: { guest: '1' } };
  const open = (): number => [...discord.world.asked.values()].filter(({ state }) => state === 'open').length;
  const says = (name: string, line: string): void => void discord.invoke(named(name), room, formOf(line));
  let impostors = 0;
  const asImpostor = (act: () => unknown) => () => {
    act();
    impostors += 1;
  };
  return {
    platform: PLATFORM,
    settings: {
      section: { api: discord.api, guild: discord.guild, channels: [room.id] },
      secrets: { token: discord.token },
    },
    room: room.id,
    elsewhere: elsewhere.id,
    mute: 'mute',
    says,
    // What is filled in nobody else is shown anywhere.
    mutters: says,
    presses: (name, message, button) => void discord.press(named(name), room, { message, ...button }),
    repeats: () => discord.gateway.repeat('INTERACTION_CREATE'),
    unacknowledged: () => open() - impostors,
    impostors: [
      { who: 'another bot', act: () => discord.invoke(machine, room, stop) },
      { who: 'a channel that is not configured', act: () => discord.invoke(omar, elsewhere, stop) },
      { who: 'another server', act: () => discord.invoke(omar, foreign, stop) },
      {
        who: 'somebody who installed the application for themselves',
        act: () =>
          discord.invoke(omar, room, stop, { authorizing_integration_owners: { 1: omar.id }, context: 2 }),
      },
      {
        who: 'a member who is said to be somebody else',
        act: () => discord.invoke(omar, room, stop, { user: named('ada') }),
      },
      { who: 'nobody', act: () => discord.invoke(omar, room, stop, { member: undefined }) },
      {
        who: 'a webhook that posted a card of its own',
        act: () =>
          discord.press(
            omar,
            room,
            { message: '1', forged: 'token-of-approve' },
            {
              message: { id: '1', author: { id: '77', username: 'Quorate' }, webhook_id: '77' },
            },
          ),
      },
      { who: 'a command that there is not', act: () => discord.invoke(omar, room, { command: 'sudo' }) },
      { who: 'no interaction at all', act: () => discord.forge({ id: '1', type: 2, token: 'x' }) },
    ].map(({ who, act }) => ({ who, act: asImpostor(act) })),
    shown: (place) => discord.messages(place === room.id ? room : elsewhere).map(shownAs),
    told: (name) => discord.told(named(name)).map(({ text }) => text),
    account: (name) => ({ platform: PLATFORM, tenant: '', id: named(name).id }),
    fault: planFault(discord.faults, ENDPOINTS),
    // A post names itself by its nonce: https://discord.com/developers/docs/resources/message#create-message
    cardsAfterLoss: 1,
    deletes: (message) => void room.messages.delete(message),
    cuts: discord.gateway.cut,
    secrets: [discord.token, discord.token.split('.')[2] ?? discord.token],
    until: (check) => discord.until(check, 10_000),
    close: () => discord.close(),
  } satisfies Configured;
};

/** The same with the client of its own that the suite of the port plays with. */
export const openDiscordParty = async (): Promise<Party> => {
  const crowd = await openDiscordCrowd();
  const { section, secrets } = crowd.settings;
  const logged: string[] = [];
  const chat = connectDiscord({
    ...section,
    token: secrets.token,
    lineOf: typedLine,
    now: Date.now,
    identifyEvery: 1,
    log: pino({ base: null, timestamp: false }, { write: (line) => void logged.push(line) }),
  });
  return {
    ...crowd,
    chat,
    logged: () => logged,
    close: async () => {
      await chat.stop();
      await crowd.close();
    },
  };
};
