import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { list, record, text } from './body.ts';
import { channelWire, nextId, type World } from './world.ts';

/** Opcodes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway */
const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalid: 9,
  hello: 10,
  ack: 11,
};

type Event = { readonly s: number; readonly t: string; readonly d: unknown };

/** A session lives on while nobody is connected, so that it can be resumed. */
type Session = { readonly id: string; readonly events: Event[]; socket: WebSocket | null };

export type GatewayParts = {
  readonly world: World;
  readonly tokens: Set<string>;
  readonly url: () => string;
  readonly onChange: () => void;
};

/** The gateway: one bot, one shard, JSON without compression. */
export const createGateway = ({ world, tokens, url, onChange }: GatewayParts) => {
  const server = new WebSocketServer({ noServer: true });
  const sockets = new Set<WebSocket>();
  const sessions = new Map<string, Session>();
  const state = { refusesIntents: false, silent: false, shut: false, resumes: 0 };

  const send = (socket: WebSocket, op: number, d: unknown, more: object = {}): void =>
    socket.send(JSON.stringify({ op, d, s: null, t: null, ...more }));

  const dispatch = (session: Session, t: string, d: unknown): void => {
    const event = { s: session.events.length + 1, t, d };
    session.events.push(event);
    if (session.socket) send(session.socket, OP.dispatch, d, { t, s: event.s });
    onChange();
  };

  const sessionOf = (socket: WebSocket): Session | undefined =>
    [...sessions.values()].find((session) => session.socket === socket);

  const enter = (socket: WebSocket): void => {
    const session: Session = { id: nextId(world), events: [], socket };
    sessions.set(session.id, session);
    dispatch(session, 'READY', {
      v: 10,
      user: world.bot,
      guilds: [...world.guilds].map((id) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: url(),
      shard: [0, 1],
      application: { id: world.application, flags: 0 },
    });
    for (const guild of world.guilds) dispatch(session, 'GUILD_CREATE', guildWire(world, guild));
  };

  const identify = (socket: WebSocket, d: unknown): void => {
    world.identified += 1;
    if (sessionOf(socket)) return socket.close(4005, 'Already authenticated.');
    if (!tokens.has(text(record(d)['token'])) || world.identified > world.limits.identifies)
      return socket.close(4004, 'Authentication failed.');
    if (state.refusesIntents) return socket.close(4014, 'Disallowed intent(s).');
    enter(socket);
  };

  const resume = (socket: WebSocket, d: unknown): void => {
    const { session_id: id, seq, token } = record(d);
    const session = sessions.get(text(id));
    if (!tokens.has(text(token))) return socket.close(4004, 'Authentication failed.');
    if (!session) return send(socket, OP.invalid, false);
    session.socket = socket;
    state.resumes += 1;
    for (const event of session.events.filter(({ s }) => s > Number(seq)))
      send(socket, OP.dispatch, event.d, { t: event.t, s: event.s });
    dispatch(session, 'RESUMED', {});
  };

  const take = (socket: WebSocket, data: RawData): void => {
    // A client of this fake sends text and nothing else.
    const { op, d } = record(JSON.parse(String(data as Buffer)));
    if (op === OP.heartbeat && !state.silent) send(socket, OP.ack, null);
    else if (op === OP.identify) identify(socket, d);
    else if (op === OP.resume) resume(socket, d);
    else if (op !== OP.heartbeat && !sessionOf(socket)) socket.close(4003, 'Not authenticated.');
    onChange();
  };

  const welcome = (socket: WebSocket): void => {
    sockets.add(socket);
    socket.on('message', (data) => take(socket, data));
    socket.on('close', () => {
      sockets.delete(socket);
      const session = sessionOf(socket);
      if (session) session.socket = null;
      onChange();
    });
    send(socket, OP.hello, { heartbeat_interval: world.limits.heartbeatMs });
  };

  return {
    upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
      if (state.shut) socket.destroy();
      else server.handleUpgrade(req, socket, head, welcome);
    },
    /** Tells the bot, wherever it is connected, and keeps it for those who come back. */
    dispatch: (t: string, d: unknown): void => {
      for (const session of sessions.values()) dispatch(session, t, d);
    },
    /** The last event of this kind goes out once more, as a replay does. */
    repeat: (t: string): void => {
      for (const session of sessions.values()) {
        const last = session.events.findLast((event) => event.t === t);
        if (last && session.socket) send(session.socket, OP.dispatch, last.d, { t, s: last.s });
      }
    },
    isHeard: () => [...sessions.values()].some(({ socket }) => socket !== null),
    resumes: () => state.resumes,
    /** The connection is cut without a goodbye. */
    cut: () => [...sockets].forEach((socket) => socket.terminate()),
    /** Discord asks to come back, or says that the session is over for good. */
    askBack: () => [...sockets].forEach((socket) => send(socket, OP.reconnect, null)),
    invalidate: () => {
      const open = [...sockets];
      sessions.clear();
      for (const socket of open) send(socket, OP.invalid, false);
    },
    forget: () => sessions.clear(),
    close: (code: number) => [...sockets].forEach((socket) => socket.close(code)),
    /** Whether connections are let in at all, heartbeats answered, and the intents allowed. */
    set: (changes: Partial<Omit<typeof state, 'resumes'>>) => Object.assign(state, changes),
    end: () => {
      for (const socket of sockets) socket.terminate();
      server.close();
    },
  };
};

const guildWire = (world: World, guild: string) => ({
  id: guild,
  name: 'ops',
  unavailable: false,
  owner_id: '1',
  roles: [],
  emojis: [],
  stickers: [],
  features: [],
  members: [],
  presences: [],
  voice_states: [],
  stage_instances: [],
  guild_scheduled_events: [],
  soundboard_sounds: [],
  member_count: world.users.size,
  joined_at: new Date(world.now()).toISOString(),
  preferred_locale: 'en-US',
  channels: [...world.channels.values()]
    .filter((channel) => channel.guild === guild && channel.type === 0)
    .map((channel) => channelWire(world, channel)),
  threads: list([]),
});
