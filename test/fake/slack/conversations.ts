import { type Answer, no, ok } from './answer.ts';
import type { Args } from './args.ts';
import { directRoom, type Room, type User, type World } from './world.ts';

const known = (world: World, args: Args): Room | undefined => {
  const room = world.rooms.get(args['channel'] ?? '');
  return room && (room.kind === 'channel' || room.members.has(world.bot.user)) ? room : undefined;
};

const READS: Readonly<Record<Room['kind'], string>> = {
  channel: 'channels:read',
  group: 'groups:read',
  im: 'im:read',
};

export const info = (world: World, args: Args): Answer => {
  const room = known(world, args);
  if (!room) return no('channel_not_found');
  const needed = READS[room.kind];
  if (!world.scopes.includes(needed))
    return { ...no('missing_scope'), ok: false, error: 'missing_scope', needed };
  return ok({
    channel: {
      id: room.id,
      name: room.name,
      is_channel: room.kind !== 'im',
      is_im: room.kind === 'im',
      is_private: room.kind === 'group',
      is_archived: room.archived,
      is_ext_shared: room.shared,
      is_member: room.members.has(world.bot.user),
      ...(room.with === undefined ? {} : { user: room.with }),
    },
  });
};

export const open = (world: World, args: Args): Answer => {
  const user = world.users.get(args['users'] ?? '');
  if (!user) return no('user_not_found');
  if (user.deleted) return no('user_disabled');
  if (user.isBot) return no('cannot_dm_bot');
  if (user.closed) return no('user_not_visible');
  return ok({ channel: { id: directRoom(world, user.id).id } });
};

export const members = (world: World, args: Args): Answer => {
  const room = known(world, args);
  return room ? ok({ members: [...room.members] }) : no('channel_not_found');
};

const described = (user: User): Record<string, unknown> => ({
  id: user.id,
  team_id: user.team,
  name: user.name,
  deleted: user.deleted,
  is_bot: user.isBot,
  is_restricted: user.guest !== 'no',
  is_ultra_restricted: user.guest === 'single-channel',
  is_stranger: user.stranger,
  is_workflow_bot: false,
});

export const userInfo = (world: World, args: Args): Answer => {
  const user = world.users.get(args['user'] ?? '');
  if (!user) return no('user_not_found');
  const locale = args['include_locale'] === 'true' ? { locale: user.locale } : {};
  return ok({ user: { ...described(user), ...locale } });
};
