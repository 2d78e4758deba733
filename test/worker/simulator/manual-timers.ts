import type { Timers } from '#worker/simulator/timers';

export type ManualTimers = Timers & {
  /** Runs everything due by then; `at` in milliseconds of the manual clock, which never goes back. */
  readonly advanceTo: (at: number) => void;
  /** Runs what is due next until the condition holds or nothing is left. */
  readonly runUntil: (holds: () => boolean) => void;
};

type Waiting = { readonly due: number; readonly run: () => void };

/** Timers that a test moves on by itself: no replay depends on how fast the machine is. */
export const createManualTimers = (): ManualTimers => {
  let clock = 0;
  const waiting = new Set<Waiting>();
  const next = (): Waiting | undefined => [...waiting].sort((one, other) => one.due - other.due)[0];
  const run = (timer: Waiting): void => {
    waiting.delete(timer);
    clock = Math.max(clock, timer.due);
    timer.run();
  };
  return {
    after: (ms, then) => {
      const timer = { due: clock + ms, run: then };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    stop: () => waiting.clear(),
    advanceTo: (at) => {
      for (let timer = next(); timer !== undefined && timer.due <= at; timer = next()) run(timer);
      clock = Math.max(clock, at);
    },
    runUntil: (holds) => {
      for (let timer = next(); timer !== undefined && !holds(); timer = next()) run(timer);
    },
  };
};
