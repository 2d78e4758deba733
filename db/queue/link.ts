import type { Socket } from 'node:net';
import { within } from './backoff.ts';
import { type End, newChallenge, prove, proves } from './handshake.ts';
import { readLines, writeLine } from './lines.ts';
import { hand, type LocalHub } from './local.ts';
import { type Envelope, isAddress, MAX_ENVELOPE, readEnvelope } from './queue.ts';

/** The other side has to prove itself within this (ms). */
const PROVE_WITHIN = 5000;
/** A handler that needs longer (ms) counts as failed for the sender; the copy it sends then is dropped by the inbox. */
const ACCEPT_WITHIN = 30_000;

/** One proven connection. */
export type Link = {
  /** Resolves when the other side accepted it; rejects when it refused, is gone, or took over 30 s. */
  readonly send: (envelope: Envelope) => Promise<void>;
  /** Tells the other side who receives here. */
  readonly announce: (addresses: readonly string[]) => void;
  readonly receives: (address: string) => boolean;
};

type Wire = { readonly [field: string]: unknown };
type Waiting = { readonly resolve: () => void; readonly reject: (cause: Error) => void };
type Parts = {
  readonly end: End;
  readonly secret: string;
  /** Receivers of this side. */
  readonly hub: LocalHub;
  readonly onReady: (link: Link) => void;
};

const REST = 256;
/** What a side that has proven nothing may say in one line (bytes): a challenge and a proof are far shorter. */
const MAX_GREETING = 1024;

/** Messages and their acknowledgements, both ways, over a socket whose other end is proven. */
const exchange = (socket: Socket, hub: LocalHub) => {
  const waiting = new Map<string, Waiting>();
  let there: readonly unknown[] = [];
  const deliver = (id: string): Promise<void> =>
    new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const answer = (wire: Wire): void => {
    if (!socket.destroyed) writeLine(socket, wire);
  };
  const takers: { readonly [type: string]: (wire: Wire) => void } = {
    message: (wire) => {
      const envelope = readEnvelope(wire.envelope);
      if (!envelope) throw new Error('not a message');
      const { id } = envelope;
      hand(hub, envelope).then(
        () => answer({ type: 'accepted', id }),
        (why: unknown) => answer({ type: 'refused', id, why: String(why) }),
      );
    },
    accepted: ({ id }) => waiting.get(String(id))?.resolve(),
    refused: ({ id, why }) => waiting.get(String(id))?.reject(new Error(`refused: ${String(why)}`)),
    receivers: ({ addresses }) => {
      there = Array.isArray(addresses) ? addresses.filter(isAddress) : [];
    },
  };
  const link: Link = {
    send: (envelope) => {
      if (socket.destroyed) return Promise.reject(new Error('the connection is closed'));
      // A side that reads nothing would otherwise be sent the same message into our memory again and again.
      if (socket.writableLength > MAX_ENVELOPE)
        return Promise.reject(new Error('the other side does not read what it was sent'));
      if (waiting.has(envelope.id)) return Promise.reject(new Error(`${envelope.id} is already on its way`));
      const accepted = deliver(envelope.id);
      writeLine(socket, { type: 'message', envelope });
      return within(ACCEPT_WITHIN, accepted, 'acceptance').finally(() => waiting.delete(envelope.id));
    },
    announce: (addresses) => writeLine(socket, { type: 'receivers', addresses }),
    receives: (address) => there.includes(address),
  };
  const take = (wire: Wire): void => {
    const type = String(wire.type);
    const taker = Object.hasOwn(takers, type) ? takers[type] : undefined;
    if (!taker) throw new Error(`unknown line ${type}`);
    taker(wire);
  };
  const broke = (): void => {
    for (const { reject } of waiting.values())
      reject(new Error('the connection broke before it was accepted'));
  };
  return { link, take, broke };
};

/** Runs the protocol over a connected socket: both ends prove the secret, then messages and their acknowledgements flow both ways. */
export const runLink = (socket: Socket, { end, secret, hub, onReady }: Parts): void => {
  const other: End = end === 'server' ? 'client' : 'server';
  const challenge = newChallenge();
  const { link, take, broke } = exchange(socket, hub);
  let proven = false;
  const late = setTimeout(() => socket.destroy(new Error('the other side proved nothing')), PROVE_WITHIN);
  const greet = ({ type, challenge: theirs, proof }: Wire): void => {
    if (type === 'hello' && typeof theirs === 'string')
      return writeLine(socket, { type: 'proof', proof: prove(secret, end, theirs) });
    if (type !== 'proof' || !proves(secret, other, challenge, proof))
      throw new Error('the other side does not know the secret');
    clearTimeout(late);
    proven = true;
    onReady(link);
  };
  const most = () => (proven ? MAX_ENVELOPE + REST : MAX_GREETING);
  readLines(socket, most, (value) => {
    const wire = value as Wire; // an object, or its fields are undefined and both refuse it
    if (proven) take(wire);
    else greet(wire);
  });
  socket.on('close', () => {
    clearTimeout(late);
    broke();
  });
  writeLine(socket, { type: 'hello', challenge });
};
