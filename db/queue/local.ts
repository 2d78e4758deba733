import type { Address, Envelope, Handler, Queue, Stop } from './queue.ts';

type Desk = { readonly handler: Handler; last: Promise<unknown> };

/** Where the parts of one process meet. Made once by main and handed to each {@link localQueue}. */
export type LocalHub = { readonly desks: Map<Address, Desk> };

/** A meeting place without receivers. */
export const localHub = (): LocalHub => ({ desks: new Map() });

/** Puts a handler at an address so that it sees one message at a time. Throws when the address is taken. */
export const seat = ({ desks }: LocalHub, address: Address, handler: Handler): Stop => {
  if (desks.has(address)) throw new Error(`${address} already has a receiver in this process`);
  const desk: Desk = { handler, last: Promise.resolve() };
  desks.set(address, desk);
  return async () => {
    if (desks.get(address) === desk) desks.delete(address);
    await desk.last;
  };
};

/** Hands a message to the handler at its address, behind those before it. Rejects as the handler does, or when nobody is there. */
export const hand = ({ desks }: LocalHub, envelope: Envelope): Promise<void> => {
  const desk = desks.get(envelope.to);
  if (!desk) return Promise.reject(new Error(`nobody receives at ${envelope.to}`));
  const accepted = desk.last.then(() => desk.handler(envelope));
  // The sender hears of the failure; the next message only needs to know that this one is over.
  desk.last = accepted.catch(() => undefined);
  return accepted;
};

/** The driver inside one process: a message is sent when the other side's handler has accepted it. */
export const localQueue = (hub: LocalHub): Queue => {
  const stops: Stop[] = [];
  return {
    name: 'local',
    send: (envelope) => hand(hub, envelope),
    receive: async (address, handler) => {
      const stop = seat(hub, address, handler);
      stops.push(stop);
      return stop;
    },
    close: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
};
