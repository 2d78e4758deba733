import { no, ok, type Result } from '#policies/result';

/** The parts of a UPID. `pstart` is in clock ticks since boot, `startedAt` in seconds since 1970. */
export type Upid = {
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  readonly startedAt: number;
  readonly type: string;
  /** What the task works on, often a guest's number; empty for tasks over many guests. */
  readonly id: string;
  /** `user@realm`, followed by `!token` when a token started it. */
  readonly user: string;
};

/** Longest text that is looked at; real ones stay under 150 characters. */
const longest = 512;

// The expression of PVE's Tools.pm upid_decode, without the optional parts that no version writes; the text is
// attacker-visible (a lying node, a stored row), so anything else is refused.
const shape =
  /^UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+):$/;

const number = (digits = ''): number => Number.parseInt(digits, 16);
const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');

/** Reads a UPID strictly: no trimming, no line end, at most 512 characters. */
export const parseUpid = (text: string): Result<Upid, 'not-a-upid'> => {
  const parts = text.length > longest || text.endsWith('\n') ? null : shape.exec(text);
  if (parts === null) return no('not-a-upid');
  const [, node = '', pid, pstart, startedAt, type = '', id = '', user = ''] = parts;
  return ok({
    node,
    pid: number(pid),
    pstart: number(pstart),
    startedAt: number(startedAt),
    type,
    id,
    user,
  });
};

/** The text that `parseUpid` reads back to the same parts. */
export const formatUpid = (upid: Upid): string =>
  `UPID:${upid.node}:${hex(upid.pid)}:${hex(upid.pstart)}:${hex(upid.startedAt)}:${upid.type}:${upid.id}:${upid.user}:`;
