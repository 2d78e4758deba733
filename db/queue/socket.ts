import { chmodSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { backoff, pause } from './backoff.ts';
import { type Link, runLink } from './link.ts';
import { hand, type LocalHub, localHub, seat } from './local.ts';
import type { Queue, Stop, Trouble } from './queue.ts';
import { type SayingOnce, sayOnce } from './say-once.ts';
import { checkPlace, preparePlace } from './socket-place.ts';

/** `path` of the socket, in a directory of mode 0700 or 0750; `secret` from {@link readSocketSecret}. */
export type SocketPlace = { readonly path: string; readonly secret: string; readonly onTrouble: Trouble };

/** Longest wait between two tries to reach the other side (ms). */
const RECONNECT_WITHIN = 1000;

type Side = { readonly hub: LocalHub; readonly links: Map<Socket, Link>; readonly sockets: Set<Socket> };

const newSide = (): Side => ({ hub: localHub(), links: new Map(), sockets: new Set() });

const announceAll = ({ hub, links }: Side): void => {
  for (const link of links.values()) link.announce([...hub.desks.keys()]);
};

type Attending = {
  readonly end: 'server' | 'client';
  readonly secret: string;
  readonly trouble: SayingOnce;
  /** Called when the other side has proven itself. */
  readonly proven?: () => void;
};

/** Speaks over one socket until it closes. */
const attend = (side: Side, socket: Socket, { end, secret, trouble, proven }: Attending) => {
  side.sockets.add(socket);
  const onReady = (link: Link) => {
    trouble.over();
    proven?.();
    side.links.set(socket, link);
    link.announce([...side.hub.desks.keys()]);
  };
  socket.on('error', (cause) => trouble.tell('the queue socket failed', cause));
  socket.on('close', () => {
    side.links.delete(socket);
    side.sockets.delete(socket);
  });
  runLink(socket, { end, secret, hub: side.hub, onReady });
};

/** The port over whichever side of the socket this is; a receiver in this very process is served directly. */
const queueOver = (side: Side, end: Stop): Queue => ({
  name: 'socket',
  send: (envelope) => {
    if (side.hub.desks.has(envelope.to)) return hand(side.hub, envelope);
    const link = [...side.links.values()].find(({ receives }) => receives(envelope.to));
    return link ? link.send(envelope) : Promise.reject(new Error(`nobody receives at ${envelope.to}`));
  },
  receive: async (address, handler) => {
    const stop = seat(side.hub, address, handler);
    announceAll(side);
    return async () => {
      await stop();
      announceAll(side);
    };
  },
  close: async () => {
    await Promise.all([...side.hub.desks.values()].map(({ last }) => last));
    await end();
  },
});

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.closed) return resolve();
    socket.once('close', () => resolve());
    socket.destroy();
  });

const listening = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o660);
      resolve();
    });
  });

/** Listens for the other process. Rejects when the place is not safe or somebody listens there already. */
export const serveQueue = async (place: SocketPlace): Promise<Queue> => {
  await preparePlace(place.path);
  const side = newSide();
  const trouble = sayOnce(place.onTrouble);
  const server = createServer((socket) =>
    attend(side, socket, { end: 'server', secret: place.secret, trouble }),
  );
  await listening(server, place.path);
  server.on('error', (cause) => place.onTrouble('the queue socket failed', cause));
  return queueOver(side, async () => {
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all([...side.sockets].map(closed));
    await ended;
  });
};

/** Connects to the other process and stays connected: tries again within a second for as long as it is away. */
export const connectQueue = (place: SocketPlace): Queue => {
  checkPlace(place.path);
  const side = newSide();
  const stopped = new AbortController();
  // Being away is normal while the other process restarts: it is told once, and the rest only waited for.
  const trouble = sayOnce(place.onTrouble);
  const keepConnected = async () => {
    for (let failures = 1; !stopped.signal.aborted; failures += 1) {
      const socket = connect(place.path);
      // A connection that proves nothing is a failure too, or a wrong secret would be tried twenty times a second.
      const proven = () => {
        failures = 0;
      };
      attend(side, socket, { end: 'client', secret: place.secret, trouble, proven });
      await new Promise<void>((resolve) => socket.once('close', () => resolve()));
      await pause(backoff(failures + 1, RECONNECT_WITHIN), stopped.signal);
    }
  };
  const running = keepConnected();
  return queueOver(side, async () => {
    stopped.abort();
    await Promise.all([...side.sockets].map(closed));
    await running;
  });
};
