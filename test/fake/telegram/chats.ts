import type { Chat, User } from '@grammyjs/types';
import { type createPeople, roomOf } from './people.ts';
import { createRoom, nextId, type Rights, type RoomState, type World } from './world.ts';

type Group = Chat.GroupChat | Chat.SupergroupChat;
type People = ReturnType<typeof createPeople>;

type GroupOptions = { type?: Group['type']; topics?: readonly number[]; admins?: readonly User[] };

/** Makes users and chats, and lets happen to them what happens to real ones. */
export const createChats = (world: World, people: People) => {
  const addUser = (first_name: string, extras: Partial<User> = {}): User => {
    const user: User = { id: 500_000_000 + nextId(world), is_bot: false, first_name, ...extras };
    world.users.set(user.id, user);
    return user;
  };

  const addGroup = (title: string, members: readonly User[], options: GroupOptions = {}): Group => {
    const chat = groupChat(world, title, options);
    const room = createRoom(chat, members);
    for (const topic of options.topics ?? []) room.topics.add(topic);
    for (const admin of options.admins ?? []) room.admins.add(admin.id);
    world.rooms.set(chat.id, room);
    return chat;
  };

  /** The bot's chat with one person. Until they write (or `started`), the bot cannot write to them. */
  const addPrivateChat = (user: User, started = true): Chat.PrivateChat => {
    const chat: Chat.PrivateChat = { id: user.id, type: 'private', first_name: user.first_name };
    const room = createRoom(chat, [user]);
    room.state = { kind: started ? 'open' : 'stranger' };
    world.rooms.set(chat.id, room);
    return chat;
  };

  /** Turns a group into a supergroup with a new id; the bot is told by two service messages. */
  const upgradeGroup = (chat: Chat, by: User): Chat.SupergroupChat => {
    const old = roomOf(world, chat);
    const members = [...old.members].flatMap((id) => world.users.get(id) ?? []);
    const upgraded = addGroup(chat.title ?? '', members, { type: 'supergroup' }) as Chat.SupergroupChat; // as asked for
    old.state = { kind: 'migrated', to: upgraded.id };
    const common = { message_id: 0, date: Math.floor(world.now() / 1000), from: by };
    // Only groups are upgraded.
    people.forge({ message: { ...common, chat: old.chat as Group, migrate_to_chat_id: upgraded.id } });
    people.forge({ message: { ...common, chat: upgraded, migrate_from_chat_id: chat.id } });
    return upgraded;
  };

  return {
    addUser,
    addGroup,
    addPrivateChat,
    upgradeGroup,
    /** Kicks the bot, lets it leave, or a person block it; `open` lets it back in. */
    setState: (chat: Chat, kind: 'open' | 'kicked' | 'left' | 'blocked'): void => {
      const state: RoomState = { kind };
      roomOf(world, chat).state = state;
    },
    /** What everybody may do in a group, or the bot alone, which is then restricted there. */
    setRights: (chat: Chat, whose: 'everybody' | 'bot', rights: Rights): void => {
      const room = roomOf(world, chat);
      if (whose === 'bot') room.restricted = rights;
      else room.permissions = rights;
    },
    /** A person or an admin deletes a message; the bot is not told. */
    removeMessage: (chat: Chat, messageId: number): void => {
      roomOf(world, chat).posts.delete(messageId);
    },
  };
};

const groupChat = (world: World, title: string, { type = 'supergroup', topics }: GroupOptions): Group => {
  const number = nextId(world);
  if (type === 'group') return { id: -(4_000_000_000 + number), type, title };
  const id = -1_002_000_000_000 - number;
  return topics === undefined ? { id, type, title } : { id, type, title, is_forum: true };
};
