import { momentOf, RunAt } from '#policies/calendar/run-at';
import type { Zone } from '#policies/calendar/zone';
import { readWith } from '#policies/read-with';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { takeNamed } from './named-word.ts';

type Taken = {
  readonly runAt: Result<number | null, Refusal>;
  readonly words: readonly string[];
};

/** Takes `at=02:30` out of a command's words, by the clocks of a zone, as a moment (ms); null where nobody said when. */
export const takeRunAt = (
  command: string,
  typed: readonly string[],
  { now, zone }: { readonly now: number; readonly zone: Zone },
): Taken => {
  const { said, words } = takeNamed('at', typed);
  const bad = (expected: 'once' | 'at') =>
    no({ no: 'bad-argument', command, argument: 'at', expected } as const);
  const [text] = said;
  if (text === undefined) return { runAt: ok(null), words };
  if (said.length > 1) return { runAt: bad('once'), words };
  const read = readWith(RunAt, text);
  return { runAt: read.success ? ok(momentOf(read.data, now, zone)) : bad('at'), words };
};
