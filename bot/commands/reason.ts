import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { takeNamed } from './named-word.ts';

/** Longest reason that is kept (UTF-16 units): it stands on the card, above what is decided on. */
const LONGEST = 300;

type Taken = {
  readonly reason: Result<string | null, Refusal>;
  readonly words: readonly string[];
};

/** Takes `reason="…"` out of a command's words; null where nobody said why. */
export const takeReason = (command: string, typed: readonly string[]): Taken => {
  const { said, words } = takeNamed('reason', typed);
  const bad = (expected: 'once' | 'reason') =>
    no({ no: 'bad-argument', command, argument: 'reason', expected } as const);
  const [reason] = said;
  if (reason === undefined) return { reason: ok(null), words };
  if (said.length > 1) return { reason: bad('once'), words };
  return { reason: reason.length === 0 || reason.length > LONGEST ? bad('reason') : ok(reason), words };
};
