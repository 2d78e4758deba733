import type { OpenDatabase } from '../open.ts';
import { backoff, pause, stepAside } from './backoff.ts';
import { markSent, nextLetter, waitingAddresses } from './outbox.ts';
import type { Address, Queue, Stop, Trouble } from './queue.ts';

export type RelayParts = {
  readonly db: OpenDatabase;
  readonly queue: Queue;
  /** The address that signs what leaves this outbox. */
  readonly from: Address;
  readonly now: () => number;
  readonly onTrouble: Trouble;
};

/** Call `wake` after a commit that may have enqueued; `stop` waits for messages in flight. */
export type Relay = { readonly wake: () => void; readonly stop: Stop };

/** A message that nobody woke us for waits no longer than this (ms). */
const SAFETY_POLL = 1000;
/** Longest wait between two tries for one address (ms). */
const RETRY_WITHIN = 2000;

/** Sends what waits for one address, in order, one at a time, until nothing is left. */
const emptyLane = async (parts: RelayParts, to: Address, signal: AbortSignal): Promise<void> => {
  const { db, queue, from, now, onTrouble } = parts;
  let failures = 0;
  while (!signal.aborted) {
    const letter = nextLetter(db, to, now());
    if (!letter) return;
    try {
      await queue.send({ ...letter, from });
      // A receiver in this process begins what it was sent before that is noted, which waits for the disk.
      await stepAside();
      markSent(db, letter.id, now());
      failures = 0;
    } catch (cause) {
      failures += 1;
      if (failures === 1) onTrouble(`a message to ${to} could not be sent; trying again`, cause);
      await pause(backoff(failures, RETRY_WITHIN), signal);
    }
  }
};

/** Sends the outbox until stopped: woken after commits, with a slow poll behind it, and bounded waits while the queue is down. */
export const relay = (parts: RelayParts): Relay => {
  const stopped = new AbortController();
  const lanes = new Map<Address, Promise<void>>();
  const start = (to: Address) => {
    const lane = emptyLane(parts, to, stopped.signal)
      .catch((cause: unknown) => parts.onTrouble(`the outbox for ${to} could not be read`, cause))
      .finally(() => lanes.delete(to));
    lanes.set(to, lane);
  };
  const wake = () => {
    if (stopped.signal.aborted) return;
    try {
      for (const to of waitingAddresses(parts.db, parts.now())) if (!lanes.has(to)) start(to);
    } catch (cause) {
      parts.onTrouble('the outbox could not be read', cause);
    }
  };
  const poll = setInterval(wake, SAFETY_POLL);
  wake();
  const stop = async () => {
    stopped.abort();
    clearInterval(poll);
    await Promise.all(lanes.values());
  };
  return { wake, stop };
};
