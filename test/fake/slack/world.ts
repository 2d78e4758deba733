import type { Block } from './blocks.ts';
import type { Limits } from './limits.ts';

/** A person or bot as users.info tells of them. */
export type User = {
  readonly id: string;
  readonly name: string;
  readonly team: string;
  readonly locale: string;
  readonly isBot: boolean;
  guest: 'no' | 'multi-channel' | 'single-channel';
  stranger: boolean;
  deleted: boolean;
  /** Cannot be written to: the app may not open a direct message. */
  closed: boolean;
};

/** One message. `by`: the user or bot user who wrote it. `onlyFor`: an ephemeral one, which no method finds again. */
export type Post = {
  readonly ts: string;
  readonly by: string;
  text: string;
  blocks: readonly Block[];
  edits: number;
  readonly thread: string | undefined;
  readonly file: { readonly name: string; readonly text: string } | undefined;
  readonly onlyFor: string | undefined;
};

/** A conversation and what befell it. `with`: of a direct message, the person. */
export type Room = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'group' | 'im';
  readonly with: string | undefined;
  readonly members: Set<string>;
  readonly posts: Map<string, Post>;
  archived: boolean;
  shared: boolean;
  editable: boolean;
};

/** Where an interaction may be answered for a while. */
export type Hook = { readonly room: string; readonly user: string; readonly until: number; uses: number };

type Upload = {
  readonly id: string;
  readonly name: string;
  readonly length: number;
  text: string | undefined;
};

/** All state of one fake server. */
export type World = {
  readonly now: () => number;
  readonly limits: Limits;
  readonly team: string;
  readonly bot: { readonly user: string; readonly id: string; readonly app: string };
  scopes: readonly string[];
  readonly users: Map<string, User>;
  readonly rooms: Map<string, Room>;
  readonly hooks: Map<string, Hook>;
  readonly uploads: Map<string, Upload>;
  readonly tickets: Set<string>;
  /** Why a token is refused; a token that is not here is `invalid_auth`, null is good. */
  readonly tokens: Map<string, string | null>;
  site: string;
  lastId: number;
  lastTs: number;
};

export const BOT_TOKEN = 'xoxb-1000000001-2000000002-FakeBotTokenForTests01';
export const APP_TOKEN = 'xapp-1-A0FAKEAPP-3000000003-fakeapptokenfortests01';

export const createWorld = (now: () => number, limits: Limits, scopes: readonly string[]): World => ({
  now,
  limits,
  team: 'T0HOME',
  bot: { user: 'U0BOT', id: 'B0BOT', app: 'A0FAKEAPP' },
  scopes,
  users: new Map(),
  rooms: new Map(),
  hooks: new Map(),
  uploads: new Map(),
  tickets: new Set(),
  tokens: new Map([
    [BOT_TOKEN, null],
    [APP_TOKEN, null],
  ]),
  site: '',
  lastId: 0,
  lastTs: 0,
});

/** An id that looks like Slack's, never the same twice. */
export const nextId = (world: World, letter: string): string =>
  `${letter}${String(++world.lastId).padStart(9, '0')}`;

/** A timestamp as Slack counts messages: unique in the workspace here. */
export const nextTs = (world: World): string => {
  const micros = Math.max(world.now() * 1000, world.lastTs + 1);
  world.lastTs = micros;
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
};

export const addRoom = (world: World, room: Pick<Room, 'id' | 'name' | 'kind' | 'with'>): Room => {
  const added: Room = {
    ...room,
    members: new Set(),
    posts: new Map(),
    archived: false,
    shared: false,
    editable: true,
  };
  world.rooms.set(room.id, added);
  return added;
};

/** The direct message of the bot with somebody, opened when first asked for. */
export const directRoom = (world: World, user: string): Room => {
  for (const room of world.rooms.values()) if (room.with === user) return room;
  const room = addRoom(world, { id: nextId(world, 'D'), name: 'directmessage', kind: 'im', with: user });
  room.members.add(user).add(world.bot.user);
  return room;
};

type Content = Partial<Pick<Post, 'blocks' | 'thread' | 'file' | 'onlyFor'>> & Pick<Post, 'by' | 'text'>;

export const addPost = (world: World, room: Room, content: Content): Post => {
  const none = { blocks: [], thread: undefined, file: undefined, onlyFor: undefined };
  const post: Post = { ...none, ...content, ts: nextTs(world), edits: 0 };
  room.posts.set(post.ts, post);
  return post;
};
