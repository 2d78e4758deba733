import { type Answer, badForm, DONE, ERRORS, ok } from './answer.ts';
import { type Body, text } from './body.ts';
import { isAnswer, readContent } from './content.ts';
import { type Channel, type Message, nextId, PERMISSIONS, type World, wireOf } from './world.ts';

/** Puts a message that a request describes into a channel. */
export const addMessage = (
  world: World,
  channel: Channel,
  body: Body,
  more: Partial<Pick<Message, 'nonce' | 'seenBy'>> = {},
): Message | Answer => {
  const content = readContent(body, world.limits);
  if (isAnswer(content)) return content;
  const message: Message = {
    id: nextId(world),
    author: world.bot,
    nonce: null,
    seenBy: null,
    edits: 0,
    at: world.now(),
    ...content,
    ...more,
  };
  // Where the bot may not embed, embeds vanish and all else stays.
  if ((may(world, channel) & PERMISSIONS.embed) === 0n) message.embeds = [];
  channel.messages.set(message.id, message);
  channel.posted.push(message);
  return message;
};

/** What the bot may do in a channel; in a private chat and in its answers to interactions all. */
export const may = (world: World, { guild, denied }: Channel): bigint =>
  guild === null
    ? Object.values(PERMISSIONS).reduce((all, one) => all | one, 0n)
    : world.permissions & ~denied;

/** A channel where the bot may do these things, or why it may not. */
export const reach = (world: World, id: string, wanted: readonly bigint[]): Channel | Answer => {
  const channel = world.channels.get(id);
  if (channel === undefined) return ERRORS.unknownChannel;
  const here = may(world, channel);
  if ((here & PERMISSIONS.view) === 0n || (channel.guild !== null && !world.guilds.has(channel.guild)))
    return ERRORS.missingAccess;
  return wanted.every((one) => (here & one) !== 0n) ? channel : ERRORS.missingPermissions;
};

/** A nonce names its message for some minutes, also when that was deleted since. */
const known = (world: World, channel: Channel, nonce: string): Message | undefined =>
  channel.posted.findLast(
    (message) => message.nonce?.value === nonce && world.now() - message.nonce.at <= world.limits.nonceMs,
  );

const whyShut = (world: World, channel: Channel): Answer | undefined => {
  if (channel.with !== null && world.closed.has(channel.with)) return ERRORS.closed;
  return channel.archived && channel.locked ? ERRORS.locked : undefined;
};

export const postMessage = (world: World, [id = '']: readonly string[], body: Body): Answer => {
  const { send, threads, attach } = PERMISSIONS;
  const write = world.channels.get(id)?.type === 11 ? threads : send;
  const channel = reach(world, id, body.files.size > 0 ? [write, attach] : [write]);
  if (isAnswer(channel)) return channel;
  const shut = whyShut(world, channel);
  if (shut) return shut;
  const nonce = text(body.json['nonce']);
  if (nonce.length > world.limits.nonce) return badForm('nonce', `at most ${world.limits.nonce}`);
  const before =
    nonce !== '' && body.json['enforce_nonce'] === true ? known(world, channel, nonce) : undefined;
  if (before) return ok(wireOf(channel.id, before));
  const made = addMessage(world, channel, body, {
    nonce: nonce === '' ? null : { value: nonce, at: world.now() },
  });
  if (isAnswer(made)) return made;
  channel.archived = false;
  return ok(wireOf(channel.id, made));
};

/** Changes a message; what a request leaves out stays, but files go unless `attachments` names them. */
export const alter = (world: World, message: Message, body: Body): Answer | undefined => {
  const content = readContent(body, world.limits);
  if (isAnswer(content)) return content;
  const { files, pings } = content;
  const kept = body.json['attachments'] === undefined ? message.files : files;
  Object.assign(message, {
    ...('content' in body.json ? { content: content.content } : {}),
    ...('embeds' in body.json ? { embeds: content.embeds } : {}),
    ...('components' in body.json ? { components: content.components } : {}),
    flags: message.flags | content.flags,
    files: kept,
    pings: message.pings || pings,
    edits: message.edits + 1,
  });
  return undefined;
};

export const editMessage = (world: World, [id = '', which = '']: readonly string[], body: Body): Answer => {
  const channel = reach(world, id, []);
  if (isAnswer(channel)) return channel;
  const message = channel.messages.get(which);
  if (message === undefined || message.seenBy !== null) return ERRORS.unknownMessage;
  if (message.author.id !== world.bot.id) return ERRORS.notOwn;
  if (channel.archived) return ERRORS.archived;
  return alter(world, message, body) ?? ok(wireOf(channel.id, message));
};

export const deleteMessage = (world: World, [id = '', which = '']: readonly string[]): Answer => {
  const channel = reach(world, id, []);
  if (isAnswer(channel)) return channel;
  return channel.messages.delete(which) ? DONE : ERRORS.unknownMessage;
};
