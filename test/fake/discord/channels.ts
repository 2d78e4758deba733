import { type Answer, ERRORS, ok } from './answer.ts';
import { type Body, text } from './body.ts';
import { isAnswer } from './content.ts';
import { reach } from './messages.ts';
import { addChannel, channelWire, type World } from './world.ts';

export const getChannel = (world: World, [id = '']: readonly string[]): Answer => {
  const channel = reach(world, id, []);
  return isAnswer(channel) ? channel : ok(channelWire(world, channel));
};

/** Wakes a thread or puts it to sleep; one that is locked only with the permission to manage threads, which the bot has not. */
export const editChannel = (world: World, [id = '']: readonly string[], { json }: Body): Answer => {
  const channel = reach(world, id, []);
  if (isAnswer(channel)) return channel;
  if (channel.type !== 11 || channel.locked) return ERRORS.missingPermissions;
  if (typeof json['archived'] === 'boolean') channel.archived = json['archived'];
  return ok(channelWire(world, channel));
};

/** The private chat with a person, which can be made although nothing may be sent to it. */
export const openPrivateChat = (world: World, _: readonly string[], { json }: Body): Answer => {
  const person = text(json['recipient_id']);
  if (!world.users.has(person)) return ERRORS.unknownUser;
  const there = [...world.channels.values()].find((channel) => channel.with === person);
  const made = { type: 1 as const, name: '', guild: null, parent: null, with: person };
  return ok(channelWire(world, there ?? addChannel(world, made)));
};

const rolesOf = (world: World, guild: string) => [
  { id: guild, name: '@everyone', permissions: '0', position: 0, color: 0, hoist: false, managed: false },
  { id: world.role, name: 'Quorate', permissions: String(world.permissions), position: 1, managed: true },
];

/** A server with its roles; one that the bot is not in is not there. */
export const getGuild = (world: World, [id = '']: readonly string[]): Answer =>
  world.guilds.has(id)
    ? ok({
        id,
        name: 'ops',
        owner_id: '1',
        roles: rolesOf(world, id),
        features: [],
        emojis: [],
        stickers: [],
      })
    : ERRORS.unknownGuild;

export const getMember = (world: World, [guild = '', id = '']: readonly string[]): Answer => {
  const user = world.users.get(id);
  if (!world.guilds.has(guild)) return ERRORS.unknownGuild;
  if (user === undefined) return ERRORS.unknownUser;
  return ok({
    user,
    roles: id === world.bot.id ? [world.role] : [],
    joined_at: '',
    deaf: false,
    mute: false,
  });
};

export const getApplication = (world: World): Answer =>
  ok({ id: world.application, name: 'Quorate', bot: world.bot, flags: 0, bot_public: false });
