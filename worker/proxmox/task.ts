import type { z } from 'zod';
import type { Result } from '#policies/result';
import { classifyText } from './classify.ts';
import { type PveFailure, PveMalformed } from './failure.ts';
import type { TaskStatus } from './schemas.ts';

/** How a task ended, told from its exit status alone. `unknown`: nobody could say, so look at the guest. */
export type TaskOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'warnings'; readonly count: number }
  | { readonly kind: 'failed'; readonly exit: string; readonly failure: PveFailure }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Time as an argument. `patienceMs` bounds how long answers may stay away before the outcome is `unknown`. */
export type Pace = {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal;
  readonly patienceMs?: number;
};

type Status = z.infer<typeof TaskStatus>;
export type ReadStatus = () => Promise<Result<Status, PveFailure>>;

/** Two minutes: longer than a node's proxy restart, shorter than a person's wait. */
const usualPatienceMs = 120_000;

const pause = (asked: number): number => (asked <= 10 ? 1_000 : asked <= 30 ? 3_000 : 10_000);

/** What an exit status means. Only "OK" and "WARNINGS: n" are success (PVE::Tools::upid_status_is_error). */
export const outcomeOf = (exit: string | undefined): TaskOutcome => {
  if (exit === 'OK') return { kind: 'ok' };
  const warnings = /^WARNINGS: (\d{1,9})$/.exec(exit ?? '');
  if (warnings) return { kind: 'warnings', count: Number(warnings[1]) };
  if (exit === undefined || exit === '' || exit === 'unexpected status')
    return { kind: 'unknown', why: 'the task ended without a word' };
  return { kind: 'failed', exit, failure: classifyText(exit) };
};

type Look = { readonly outcome: TaskOutcome } | 'running' | 'lost';

const away = new Set<PveFailure['kind']>(['unreachable', 'node-unreachable', 'untrusted']);

const look = async (read: ReadStatus): Promise<Look> => {
  try {
    const answer = await read();
    if (answer.ok) {
      return answer.value.status === 'running' ? 'running' : { outcome: outcomeOf(answer.value.exitstatus) };
    }
    if (away.has(answer.error.kind)) return 'lost';
    if (answer.error.kind === 'invalid' && answer.error.errors['upid'] === 'no such task')
      return { outcome: { kind: 'gone' } };
    return { outcome: { kind: 'unknown', why: answer.error.kind } };
  } catch (error) {
    if (error instanceof PveMalformed) return 'lost';
    throw error;
  }
};

/**
 * Asks for the status at 1 s ten times, at 3 s twenty times, then every 10 s, until the task ended.
 * Throws the signal's reason when aborted.
 */
export const followTask = async (read: ReadStatus, pace: Pace): Promise<TaskOutcome> => {
  let heard = pace.now();
  for (let asked = 1; ; asked += 1) {
    pace.signal?.throwIfAborted();
    const seen = await look(read);
    if (typeof seen === 'object') return seen.outcome;
    if (seen === 'running') heard = pace.now();
    else if (pace.now() - heard >= (pace.patienceMs ?? usualPatienceMs))
      return { kind: 'unknown', why: 'the node no longer answers' };
    await pace.sleep(pause(asked), pace.signal);
  }
};
