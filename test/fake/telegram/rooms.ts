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
  const room = knownRoom(world, args);
  if (!room.ok) return room;
  const info = { ...room.result.chat, accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: {} };
  // Only what a chat and its full description share is served.
  return ok(info as unknown as ChatFullInfo);
};

export const getChatMember = (world: World, args: Args): Answer<ChatMember> => {
  const room = knownRoom(world, args);
  if (!room.ok) return room;
  const user = world.users.get(int(args, 'user_id', 0));
  if (user === undefined) return badRequest('user not found');
  const { members, admins } = room.result;
  const status = admins.has(user.id) ? 'administrator' : members.has(user.id) ? 'member' : 'left';
  // The rights of an administrator are not modelled; nothing here reads them.
  return ok({ user, status } as ChatMember);
};
