import { list, record } from './args.ts';
import { addHook } from './hooks.ts';
import type { createSockets, Delivery } from './sockets.ts';
import { addPost, directRoom, nextId, nextTs, type Post, type Room, type User, type World } from './world.ts';

type Sockets = ReturnType<typeof createSockets>;
type Fields = Record<string, unknown>;

/** What people do, as payloads for the app. `changes` go over the payload's event or the payload itself, however false. */
export const createPeople = (world: World, sockets: Sockets) => {
  const deliver = (scope: string, kind: Delivery['kind'], payload: unknown): Delivery =>
    world.scopes.includes(scope) ? sockets.send(kind, payload) : sockets.withhold(kind, payload);
  const event = (room: Room, inner: Fields): Delivery =>
    deliver(room.kind === 'im' ? 'im:history' : 'app_mentions:read', 'events_api', {
      token: 'verification',
      team_id: world.team,
      api_app_id: world.bot.app,
      event: inner,
      type: 'event_callback',
      event_id: nextId(world, 'Ev'),
      event_time: Math.floor(world.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: world.team,
          user_id: world.bot.user,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: room.shared,
      event_context: '4-fake',
    });

  const said = (user: User, room: Room, text: string): Fields => {
    const { ts } = addPost(world, room, { by: user.id, text });
    return {
      user: user.id,
      ts,
      event_ts: ts,
      client_msg_id: nextId(world, 'msg'),
      text,
      team: user.team,
      channel: room.id,
    };
  };

  return {
    /** `@quorate status` in a channel; `text` without the mention. */
    mention: (user: User, room: Room, text: string, changes: Fields = {}): Delivery => {
      const whole = `<@${world.bot.user}> ${text}`;
      return event(room, { type: 'app_mention', ...said(user, room, whole), ...changes });
    },
    /** A message in the direct message with the bot. */
    write: (user: User, text: string, changes: Fields = {}): Delivery => {
      const room = directRoom(world, user.id);
      return event(room, { type: 'message', channel_type: 'im', ...said(user, room, text), ...changes });
    },
    /** `/pve status`: shown to nobody else. */
    slash: (user: User, room: Room, text: string, changes: Fields = {}): Delivery =>
      deliver('commands', 'slash_commands', {
        token: 'verification',
        team_id: world.team,
        team_domain: 'home',
        channel_id: room.id,
        channel_name: room.name,
        user_id: user.id,
        user_name: user.name,
        command: '/pve',
        text,
        api_app_id: world.bot.app,
        is_enterprise_install: 'false',
        response_url: addHook(world, room.id, user.id),
        trigger_id: `${nextTs(world)}.trigger`,
        ...changes,
      }),
    /** Presses a button by its label; one that is not there is an error of the test, except by `{ value }`, as a forged one. */
    press: (user: User, room: Room, ts: string, button: string | { readonly value: string }): Delivery => {
      const post = room.posts.get(ts);
      const action =
        typeof button === 'string' ? buttonOf(post, button) : { value: button.value, action_id: 'quorate:0' };
      return sockets.send('interactive', pressed(world, { user, room, ts, post, action }));
    },
    /** Any payload at all, however false. */
    forge: (kind: Delivery['kind'], payload: unknown): Delivery => sockets.send(kind, payload),
    /** The platform delivers once more what it delivered last, if anything. */
    redeliver: (): void => {
      const last = sockets.deliveries().at(-1);
      if (last) sockets.send(last.kind, last.payload, last.retry + 1);
    },
  };
};

const buttonOf = (post: Post | undefined, label: string): Fields => {
  const buttons = (post?.blocks ?? []).flatMap((block) => list(block['elements']).map(record));
  const found = buttons.find((button) => record(button['text'])['text'] === label);
  if (!found) throw new Error(`no button "${label}" to press`);
  return found;
};

type Pressed = { user: User; room: Room; ts: string; post: Post | undefined; action: Fields };

const pressed = (world: World, { user, room, ts, post, action }: Pressed): Fields => ({
  type: 'block_actions',
  user: { id: user.id, username: user.name, name: user.name, team_id: user.team },
  api_app_id: world.bot.app,
  token: 'verification',
  container: { type: 'message', message_ts: ts, channel_id: room.id, is_ephemeral: false },
  trigger_id: `${nextTs(world)}.trigger`,
  team: { id: world.team, domain: 'home' },
  enterprise: null,
  is_enterprise_install: false,
  channel: { id: room.id, name: room.name },
  message: {
    type: 'message',
    bot_id: world.bot.id,
    user: post?.by ?? world.bot.user,
    app_id: world.bot.app,
    ts,
    text: post?.text ?? '',
    team: world.team,
    blocks: post?.blocks ?? [],
  },
  state: { values: {} },
  response_url: addHook(world, room.id, user.id),
  actions: [{ type: 'button', block_id: 'x', action_ts: nextTs(world), ...action }],
});
