/** Timers that can all be stopped at once, so that closing a simulator leaves nothing behind. */
export type Timers = {
  /** Calls `then` once after `ms` milliseconds of real time; answers how to cancel it. */
  readonly after: (ms: number, then: () => void) => () => void;
  readonly stop: () => void;
};

/** Timers of real time. */
export const createTimers = (): Timers => {
  const pending = new Set<NodeJS.Timeout>();
  return {
    after: (ms, then) => {
      const timer = setTimeout(() => {
        pending.delete(timer);
        then();
      }, ms);
      pending.add(timer);
      return () => {
        clearTimeout(timer);
        pending.delete(timer);
      };
    },
    stop: () => {
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
  };
};
