import type { Trouble } from './queue.ts';

/** So many different troubles are remembered; a broken world that makes up more of them is told again from the start. */
const MOST = 100;

/** `tell` passes each trouble on once, however often and in whatever order it comes back; after `over` each counts as new. */
export type SayingOnce = { readonly tell: Trouble; readonly over: () => void };

/** Keeps what is tried again every few seconds from filling the log: ioredis repeats an error with each try of each connection. */
export const sayOnce = (onTrouble: Trouble): SayingOnce => {
  const told = new Set<string>();
  return {
    tell: (what, cause) => {
      const text = `${what} ${String(cause)}`;
      if (told.has(text)) return;
      if (told.size >= MOST) told.clear();
      told.add(text);
      onTrouble(what, cause);
    },
    over: () => told.clear(),
  };
};
