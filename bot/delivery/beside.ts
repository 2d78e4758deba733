import { setTimeout as sleep } from 'node:timers/promises';

/** Addresses to which something is still on its way: the next round leaves them alone, and none waits longer for them than this. */
export type Busy = { readonly lanes: Map<string, Promise<void>>; readonly patienceMs: number };

/** Longest that Node waits (ms): https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const FOR_EVER = 2 ** 31 - 1;

/** Nothing is on its way yet. */
export const idle = (patienceMs = FOR_EVER): Busy => ({ lanes: new Map(), patienceMs });

/** Works at every address that is not busy, side by side; one that hangs is left behind after `patienceMs`. */
export const beside = async (
  { lanes, patienceMs }: Busy,
  addresses: readonly string[],
  work: (address: string) => Promise<void>,
): Promise<void> => {
  const free = [...new Set(addresses)].filter((address) => !lanes.has(address));
  const begun = free.map((address) => {
    const lane = work(address).finally(() => lanes.delete(address));
    lanes.set(address, lane);
    return lane;
  });
  const none: PromiseSettledResult<void>[] = [];
  const enough = new AbortController();
  const all = Promise.allSettled(begun).finally(() => enough.abort());
  const patience = sleep(patienceMs, none, { signal: enough.signal, ref: false }).catch(() => all);
  // All are waited for even if one breaks; one that breaks later is tried again by the next round, and told by that.
  const done = await Promise.race([all, patience]);
  const broken = done.find((lane) => lane.status === 'rejected');
  if (broken) throw broken.reason;
};
