import {
  type App,
  type Logger as BoltLogger,
  type Receiver,
  type ReceiverEvent,
  SocketModeReceiver,
} from '@slack/bolt';
import type { Logger } from 'pino';
import type { Reach } from '../chat/reach.ts';
import { type Credentials, onceOptions } from './clients.ts';
import { SOCKET, WAITS } from './limits.ts';
import { pause, pauseAfter } from './pause.ts';
import { isTokenRefused, whyOf } from './settle.ts';

type SocketParts = {
  readonly credentials: Credentials;
  readonly log: Pick<Logger, 'warn'>;
  readonly logger: BoltLogger;
  /** Heard of while one of the two is open. */
  readonly reached: Reach;
  /** Pause (ms) before the second socket is opened. */
  readonly staggerMs: number;
};

type Ground = SocketParts & { readonly signal: AbortSignal };

/**
 * Two sockets as one receiver: Slack gives each payload to any one of them, so while one is renewed, which its library begins
 * by closing it, the other hears. The second is opened a little later, so that both are not renewed in the same moment.
 * `start` resolves when the first is open.
 */
export const openSockets = (parts: SocketParts): Receiver => {
  const stopping = new AbortController();
  const ground: Ground = { ...parts, signal: stopping.signal };
  const open = new Set<Wire>();
  const first = openWire(parts, open);
  const second = openWire(parts, open);
  const busy = new Set<Promise<void>>();
  let kept: Promise<unknown> = Promise.resolve();
  return {
    init: (app) => {
      for (const { receiver } of [first, second]) receiver.init(acknowledgingLast(app, parts.log, busy));
    },
    start: async () => {
      await connect(first, ground, 'give up');
      const later = pause(parts.staggerMs, ground.signal).then(() => connect(second, ground, 'go on'));
      kept = Promise.all([keep(first, ground), later.then(() => keep(second, ground))]);
    },
    // One that is just being opened is closed by whoever opens it: its library, told to close before or cut while it closes, holds
    // up the process for 30 seconds.
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(busy);
      await Promise.all([first, second].filter(({ open }) => open).map(close));
      await within(SOCKET.stop, kept);
    },
  };
};

/** Waits for work, but no longer than this (ms). */
const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  const done = new AbortController();
  await Promise.race([work, pause(ms, done.signal)]);
  done.abort();
};

/** One socket, and whether it has said hello and was not closed since. */
type Wire = { readonly receiver: SocketModeReceiver; readonly open: boolean; opened(): void };

/**
 * One socket of Bolt's. Its own reconnecting is off: it is deaf for five seconds at each renewal, and ends for good in an
 * unhandled rejection when apps.connections.open fails once. `keep` does it instead, so its client tries once.
 */
const openWire = ({ credentials, log, logger, reached }: SocketParts, open: Set<Wire>): Wire => {
  const receiver = new SocketModeReceiver({
    appToken: credentials.appToken,
    logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: onceOptions(credentials, logger, WAITS.call) },
    customPropertiesExtractor: (args: { envelope_id?: unknown }) => ({ envelopeId: args.envelope_id }),
    processEventErrorHandler: ({ error }) => {
      log.warn({ why: whyOf(error) }, 'slack event not taken, and not acknowledged');
      return Promise.resolve(false);
    },
  });
  containFrames(receiver, log);
  const wire: Wire = {
    receiver,
    get open() {
      return open.has(wire);
    },
    opened: () => {
      open.add(wire);
      reached.up();
    },
  };
  receiver.client.on('disconnected', () => {
    open.delete(wire);
    if (open.size === 0) reached.lost('not-connected');
  });
  return wire;
};

/** The library reads frames in a listener that nobody waits for: a malformed one would end the process. */
const containFrames = ({ client }: SocketModeReceiver, log: SocketParts['log']): void => {
  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  const readAll = (frame: unknown[]) =>
    Promise.all(readers.map(async (read): Promise<unknown> => Reflect.apply(read, client, frame)));
  client.on('ws_message', (...frame: unknown[]) => {
    readAll(frame).catch((error: unknown) => log.warn({ why: whyOf(error) }, 'slack frame not read'));
  });
};

/** Bolt acknowledges events before it hands them on. Here everything is acknowledged after it was handled, and only then. */
const acknowledgingLast = (app: App, log: SocketParts['log'], busy: Set<Promise<void>>): App => {
  const take = async (event: ReceiverEvent): Promise<void> => {
    await app.processEvent({ ...event, ack: () => Promise.resolve() });
    try {
      await event.ack();
    } catch (error) {
      // The socket is being renewed. Slack sends an event again; a press or a command is stored and answered all the same.
      log.warn({ why: whyOf(error) }, 'slack acknowledgement not sent');
    }
  };
  const processEvent = (event: ReceiverEvent): Promise<void> => {
    const work = take(event).finally(() => busy.delete(work));
    busy.add(work);
    return work;
  };
  // The receiver calls nothing else of an app.
  return { processEvent } as App;
};

/** Opens a socket, as often as it takes. A token that is refused never gets better: then it gives up or says so and goes on. */
const connect = async (wire: Wire, ground: Ground, refused: 'give up' | 'go on'): Promise<void> => {
  for (let failures = 0; !ground.signal.aborted; failures += 1) {
    try {
      await openOnce(wire);
      if (ground.signal.aborted) await close(wire);
      return;
    } catch (error) {
      if (isTokenRefused(error) && refused === 'give up') throw new Error(tokenRefused(error));
      await waitAfter(failures, error, ground);
    }
  }
  if (refused === 'give up') throw new Error('Slack: stopped before it was reached');
};

const tokenRefused = (error: unknown): string =>
  `Slack does not take this app token (${whyOf(error)}): it begins with xapp- and has the scope connections:write`;

const waitAfter = async (failures: number, error: unknown, { log, signal }: Ground): Promise<void> => {
  if (signal.aborted) return;
  const pauseMs = pauseAfter(failures, error);
  log.warn(
    { why: isTokenRefused(error) ? tokenRefused(error) : whyOf(error), pauseMs },
    'slack socket not open',
  );
  await pause(pauseMs, signal);
};

/** Resolves with the hello; a socket that says none in time is closed, which rejects. */
const openOnce = async (wire: Wire): Promise<void> => {
  const late = setTimeout(() => void wire.receiver.stop(), SOCKET.hello);
  try {
    await wire.receiver.start();
    wire.opened();
  } catch (error) {
    // The library rejects with nothing where the socket closed early.
    throw error instanceof Error ? error : new Error('closed before it said hello');
  } finally {
    clearTimeout(late);
  }
};

/** Opens it anew whenever it is closed, until all is stopped. One that is closed again and again is opened ever more slowly. */
const keep = async (wire: Wire, ground: Ground): Promise<void> => {
  let failures = 0;
  while (!ground.signal.aborted) {
    const since = performance.now();
    await closed(wire);
    failures = performance.now() - since < SOCKET.short ? failures + 1 : 0;
    if (failures > 1) await waitAfter(failures, new Error('closed soon after it was opened'), ground);
    await connect(wire, ground, 'go on');
  }
};

const closed = ({ receiver, open }: Wire): Promise<void> =>
  new Promise((resolve) => {
    if (open) receiver.client.once('disconnected', () => resolve());
    else resolve();
  });

const close = async (wire: Wire): Promise<void> => {
  const done = closed(wire);
  await wire.receiver.stop();
  await done;
};
