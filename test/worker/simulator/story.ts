/** One line of a recording; see the README beside the recordings. */
export type Line = {
  readonly seq: number;
  readonly at_ms: number;
  readonly token: string;
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, string | readonly string[]>> | null;
  readonly status: number;
  readonly reason: string;
  readonly response: unknown;
};

export const STORIES = ['inventory', 'power', 'snapshot', 'backup', 'config', 'access'] as const;
export type StoryName = (typeof STORIES)[number];

/**
 * Epoch milliseconds of each story's first line, from the start times in its UPIDs; those of inventory and
 * access, which start no task early, are estimates.
 */
export const STORY_START: Record<StoryName, number> = {
  inventory: 1_795_465_900_000,
  power: 1_795_466_180_975,
  snapshot: 1_795_466_321_975,
  backup: 1_795_466_452_859,
  config: 1_795_466_578_868,
  access: 1_795_466_560_000,
};
