import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

/** Milliseconds to wait after the `failures`th failure in a row: 50 doubling to `most`. */
export const backoff = (failures: number, most: number): number =>
  Math.min(most, 50 * 2 ** Math.min(failures - 1, 20));

/** Waits so many ms, or less when the signal is aborted. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  // An abort is how the wait is cut short; the caller looks at the signal.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};

/**
 * Lets what was just begun in this process go first: until its first request is out, which undici writes to a connection
 * at rest in the next turn of the event loop. For work that nobody waits for.
 */
export const stepAside = async (): Promise<void> => {
  await turn();
  await turn();
};

/** The promise's outcome, or an Error after so many ms; what comes later is ignored. */
export const within = async <T>(ms: number, promise: Promise<T>, what: string): Promise<T> => {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what} took longer than ${ms} ms`);
  });
  // The loser of the race is not an unhandled rejection.
  late.catch(() => undefined);
  promise.catch(() => undefined);
  return Promise.race([promise, late]).finally(() => over.abort());
};
