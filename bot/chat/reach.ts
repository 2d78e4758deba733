import type { Down } from '#db/ledger/platforms-down';

/** Whether a platform hears people, as its own folder sees it. At first nobody is reached. */
export type Reach = {
  readonly up: () => void;
  readonly lost: (why: Down['why']) => void;
  /** Null while it hears. */
  readonly down: () => Down | null;
};

/** Opens it; `since` stays the moment at which it was lost, however often it is lost again for the same reason. */
export const openReach = (now: () => number): Reach => {
  let down: Down | null = { why: 'not-connected', since: now() };
  return {
    up: () => {
      down = null;
    },
    lost: (why) => {
      if (down?.why !== why) down = { why, since: now() };
    },
    down: () => down,
  };
};
