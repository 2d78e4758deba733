import type { Result } from '#policies/result';
import { outsideText } from '../outside-text.ts';
import { failureText } from '../shell/in-root.ts';
import type { RunFailure } from '../shell/run.ts';
import type { Ended, Found } from './effect.ts';

/** An effect on the host that is there. */
export const done: Ended = { did: 'done', upid: null };

/** Neither as before nor as wanted: only a person can say what that is. */
export const lostOnRestart: Found = { did: 'lost', why: 'worker-restarted', upid: null };

/** An effect on the host that could not be had; `message` is shown to people. */
export const failed = (message: string): Ended => ({
  did: 'failed',
  failure: { failure: 'host', message: outsideText(message, 1000) },
  upid: null,
});

/** How a program's end is the end of an effect. */
export const endedBy = (program: string, result: Result<string, RunFailure>): Ended =>
  result.ok ? done : failed(failureText(program, result.error));

/** What looking found, where the two sides can be told apart. */
export const foundAs = (isAfter: boolean, isBefore: boolean): Found => {
  if (isAfter) return done;
  return isBefore ? { did: 'nothing' } : lostOnRestart;
};
