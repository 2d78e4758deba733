import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseJson, record } from './args.ts';
import type { Limits } from './limits.ts';
import type { World } from './world.ts';

export type EnvelopeKind = 'events_api' | 'slash_commands' | 'interactive';

/** One delivery and what came of it. `acked`: ms until the acknowledgement, null while there is none. */
export type Delivery = {
  readonly envelope: string;
  readonly kind: EnvelopeKind;
  readonly payload: unknown;
  readonly retry: number;
  readonly socket: number;
  acked: number | null;
  /** The person sees that it failed: nobody acknowledged in time, and Slack does not send it again. */
  failed: boolean;
};

type Link = { readonly ws: WebSocket; readonly no: number; closing: boolean };

/**
 * The Socket Mode side: up to 10 sockets, each payload to any one of them in turn. What is not acknowledged in time or
 * before its socket closes is sent again if it is an event, and failed for the person if it is an interaction.
 */
export const createSockets = (world: World, onChange: () => void) => {
  const links: Link[] = [];
  const deliveries: Delivery[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let opened = 0;
  let turn = 0;
  let closed = false;

  const later = (work: () => void, ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  };
  const open = (): readonly Link[] => links.filter((link) => !link.closing);
  const failOrRetry = (delivery: Delivery): void => {
    if (closed || delivery.acked !== null || delivery.failed) return;
    delivery.failed = true;
    onChange();
    const wait = world.limits.eventRetryMs[delivery.retry];
    if (delivery.kind === 'events_api' && wait !== undefined)
      later(() => void send(delivery.kind, delivery.payload, delivery.retry + 1), wait);
  };
  const send = (kind: EnvelopeKind, payload: unknown, retry = 0): Delivery => {
    const live = open();
    const link = live[turn++ % Math.max(live.length, 1)];
    const envelope = `env-${deliveries.length + 1}`;
    const socket = link?.no ?? 0;
    const delivery: Delivery = { envelope, kind, payload, retry, socket, acked: null, failed: false };
    deliveries.push(delivery);
    link?.ws.send(JSON.stringify(frame(delivery)));
    later(() => failOrRetry(delivery), link ? world.limits.ackMs : 0);
    return delivery;
  };

  return {
    send,
    /** What Slack does not even send, because the app has no scope for it. */
    withhold: (kind: EnvelopeKind, payload: unknown): Delivery => ({
      envelope: '',
      kind,
      payload,
      retry: 0,
      socket: 0,
      acked: null,
      failed: true,
    }),
    deliveries: (): readonly Delivery[] => deliveries,
    count: (): number => open().length,
    /** Sends a raw frame over one socket. */
    raw: (text: string): void => open()[0]?.ws.send(text),
    /** Tells one socket, by its place, to reconnect; it gets nothing from then on. */
    refresh: (place: number, reason: 'warning' | 'refresh_requested'): void => {
      const link = open()[place];
      if (!link) throw new Error(`there is no socket ${place}`);
      link.closing = true;
      link.ws.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-fake' } }));
    },
    /** Cuts every connection without a word. */
    cut: (): void => {
      for (const link of links) link.ws.terminate();
    },
    attach: (server: Server): void =>
      attach(server, { world, links, opened: () => ++opened, deliveries, failOrRetry, onChange }),
    close: (): void => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const link of links) link.ws.terminate();
    },
  };
};

const frame = ({ envelope, kind, payload, retry }: Delivery): Record<string, unknown> => ({
  envelope_id: envelope,
  type: kind,
  payload,
  accepts_response_payload: kind !== 'events_api',
  ...(kind === 'events_api' ? { retry_attempt: retry, retry_reason: retry === 0 ? '' : 'timeout' } : {}),
});

type Attached = {
  readonly world: World;
  readonly links: Link[];
  readonly opened: () => number;
  readonly deliveries: readonly Delivery[];
  readonly failOrRetry: (delivery: Delivery) => void;
  readonly onChange: () => void;
};

const hello = ({ bot }: World, count: number): string =>
  JSON.stringify({
    type: 'hello',
    num_connections: count,
    debug_info: { host: 'applink-fake', build_number: 1, approximate_connection_time: 18_060 },
    connection_info: { app_id: bot.app },
  });

const attach = (server: Server, attached: Attached): void => {
  const { world } = attached;
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (req, socket, head) => {
    const ticket = new URL(req.url ?? '/', 'http://fake').searchParams.get('ticket') ?? '';
    if (!world.tickets.delete(ticket)) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(req, socket, head, (ws) => welcome(ws, attached));
  });
};

const welcome = (
  ws: WebSocket,
  { world, links, opened, deliveries, failOrRetry, onChange }: Attached,
): void => {
  const started = new Map<Delivery, number>();
  const link: Link = { ws, no: opened(), closing: false };
  const tooMany = links.length >= maxSockets(world.limits);
  ws.on('error', () => ws.terminate());
  if (tooMany) {
    ws.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }));
    return;
  }
  links.push(link);
  ws.on('message', (data) => {
    // A text frame comes as one buffer.
    const said = record(parseJson((data as Buffer).toString()));
    const delivery = deliveries.find(({ envelope }) => envelope === said['envelope_id']);
    if (delivery?.socket === link.no && delivery.acked === null && !delivery.failed)
      delivery.acked = performance.now() - (started.get(delivery) ?? performance.now());
    onChange();
  });
  ws.on('close', () => {
    links.splice(links.indexOf(link), 1);
    for (const delivery of deliveries) if (delivery.socket === link.no) failOrRetry(delivery);
    onChange();
  });
  ws.send(hello(world, links.length));
  onChange();
};

const maxSockets = ({ sockets }: Limits): number => sockets;
