import { type Answer, no, ok } from './answer.ts';
import type { Args } from './args.ts';
import { readBlocks } from './blocks.ts';
import { addPost, directRoom, type Post, type Room, type World } from './world.ts';

/** The room that may be written to. A person's id stands for the direct message with them. */
const openRoom = (world: World, args: Args): Room | Answer => {
  const id = args['channel'] ?? '';
  if (world.users.has(id)) return directRoom(world, id);
  const room = world.rooms.get(id);
  if (!room || (room.kind !== 'channel' && !room.members.has(world.bot.user))) return no('channel_not_found');
  if (room.archived) return no('is_archived');
  return room.members.has(world.bot.user) ? room : no('not_in_channel');
};

type Content = Pick<Post, 'text' | 'blocks'>;

const readContent = (world: World, args: Args): Content | Answer => {
  const text = args['text'] ?? '';
  const read = readBlocks(args['blocks'], world.limits);
  if ('complaint' in read) return no('invalid_blocks', `[ERROR] ${read.complaint}`);
  if (text === '' && read.blocks.length === 0) return no('no_text');
  return text.length > world.limits.text ? no('msg_too_long') : { text, blocks: read.blocks };
};

export const postMessage = (world: World, args: Args): Answer => {
  const room = openRoom(world, args);
  if ('ok' in room) return room;
  const content = readContent(world, args);
  if ('ok' in content) return content;
  const post = addPost(world, room, { by: world.bot.user, ...content, thread: args['thread_ts'] });
  return ok({ channel: room.id, ts: post.ts });
};

export const postEphemeral = (world: World, args: Args): Answer => {
  const room = openRoom(world, args);
  if ('ok' in room) return room;
  const user = args['user'] ?? '';
  if (!room.members.has(user)) return no('user_not_in_channel');
  const content = readContent(world, args);
  if ('ok' in content) return content;
  const post = addPost(world, room, { by: world.bot.user, ...content, onlyFor: user });
  return ok({ message_ts: post.ts });
};

/** A message of the bot's own that people can still see. */
const ownPost = (world: World, args: Args, refusal: string): Post | Answer => {
  const room = openRoom(world, args);
  if ('ok' in room) return room;
  const post = room.posts.get(args['ts'] ?? '');
  if (!post || post.onlyFor !== undefined) return no('message_not_found');
  if (post.by !== world.bot.user) return no(refusal);
  return room.editable || refusal === 'cant_delete_message' ? post : no('edit_window_closed');
};

export const update = (world: World, args: Args): Answer => {
  const post = ownPost(world, args, 'cant_update_message');
  if ('ok' in post) return post;
  const content = readContent(world, args);
  if ('ok' in content) return content;
  Object.assign(post, content);
  post.edits += 1;
  return ok({ channel: args['channel'], ts: post.ts, text: post.text });
};

export const deleteMessage = (world: World, args: Args): Answer => {
  const post = ownPost(world, args, 'cant_delete_message');
  if ('ok' in post) return post;
  world.rooms.get(args['channel'] ?? '')?.posts.delete(post.ts);
  return ok({ channel: args['channel'], ts: post.ts });
};
