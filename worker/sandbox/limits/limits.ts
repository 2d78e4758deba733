/** What a rehearsal may use. */
export type Limits = {
  /** Milliseconds by the clock on the wall. */
  readonly time: number;
  /** Bytes on standard output and error together. */
  readonly output: number;
  /** Bytes on disk in all upper layers, and the largest size of one file, holes included. */
  readonly disk: number;
  /** Entries made in the upper layers. */
  readonly entries: number;
  /** Bytes of memory, where control groups can hold it. */
  readonly memory: number;
  readonly processes: number;
  /** Calls of stand-ins on record. */
  readonly records: number;
};

/** Enough for an upgrade of a node; a script for which it is not is stopped and says so. */
export const DEFAULT_LIMITS: Limits = {
  time: 15 * 60_000,
  output: 64 * 2 ** 20,
  disk: 4 * 2 ** 30,
  entries: 500_000,
  memory: 2 * 2 ** 30,
  processes: 1024,
  records: 5000,
};

/**
 * The limit that stopped a run; `disk-full`: the disk of the store itself ran out of what is kept free; `mounts`: a mount
 * of the host that the script changed something on is gone, so that nobody knows any more what it changed there.
 */
export type Stopped =
  | 'time'
  | 'output'
  | 'disk'
  | 'entries'
  | 'disk-full'
  | 'records'
  | 'memory'
  | 'mounts'
  | 'cancelled';
