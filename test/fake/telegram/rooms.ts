import type { ChatFullInfo, ChatMember } from '@grammyjs/types';
import { type Answer, badRequest, forbidden, migrated, ok } from './answer.ts';
import { type Args, int, text } from './args.ts';
import type { Room, RoomState, World } from './world.ts';

/** Why the bot may not write, by what befell it there (`check_chat_access` of Client.cpp and the core's own words). */
const CLOSED: Readonly<Record<Exclude<RoomState['kind'], 'open' | 'migrated'>, (type: string) => string>> = {
  kicked: (type) => `bot was kicked from the ${type} chat`,
  left: (type) => `bot is not a member of the ${type} chat`,
  blocked: () => 'bot was blocked by the user',
  stranger: () => "bot can't initiate conversation with a user",
};

/** The room named by `chat_id`, when the bot may write in it. */
export const writableRoom = (world: World, args: Args): Answer<Room> => {
  const room = knownRoom(world, args);
  if (!room.ok) return room;
  const { state, chat } = room.result;
  if (state.kind === 'open') return room;
  if (state.kind === 'migrated') return migrated(state.to);
  return forbidden(CLOSED[state.kind](chat.type));
};

export const knownRoom = (world: World, args: Args): Answer<Room> => {
  if (text(args, 'chat_id') === '') return badRequest('chat_id is empty');
  const room = world.rooms.get(int(args, 'chat_id', 0));
  return room === undefined ? badRequest('chat not found') : ok(room);
};

export const getChat = (world: World, args: Args): Answer<ChatFullInfo> => {
  const room = writableRoom(world, args);
  if (!room.ok) return room;
  const { chat, permissions } = room.result;
  const info = { ...chat, permissions, accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: {} };
  // Only what a chat and its full description share is served.
  return ok(info as unknown as ChatFullInfo);
};

/** The bot itself is in every room that it may write to. */
const statusOf = (
  world: World,
  { members, admins, restricted }: Room,
  user: number,
): ChatMember['status'] => {
  if (admins.has(user)) return 'administrator';
  if (user !== world.bot.id) return members.has(user) ? 'member' : 'left';
  return restricted === undefined ? 'member' : 'restricted';
};

export const getChatMember = (world: World, args: Args): Answer<ChatMember> => {
  const room = writableRoom(world, args);
  if (!room.ok) return room;
  const id = int(args, 'user_id', 0);
  const user = id === world.bot.id ? world.bot : world.users.get(id);
  if (user === undefined) return badRequest('user not found');
  const status = statusOf(world, room.result, id);
  const rights = status === 'restricted' ? { is_member: true, ...room.result.restricted } : {};
  // The rights of an administrator are not modelled; nothing here reads them.
  return ok({ user, status, ...rights } as ChatMember);
};
