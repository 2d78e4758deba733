import { setTimeout as sleep } from 'node:timers/promises';
import { webApi } from '@slack/bolt';
import { PAUSES } from './limits.ts';

/** How long to wait (ms) after so many failures in a row, or as long as Slack asked for. */
export const pauseAfter = (failures: number, error: unknown): number => {
  const asked = error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter * 1000 : 0;
  return Math.max(asked, PAUSES[Math.min(failures, PAUSES.length - 1)] ?? 0);
};

/** Resolves after the pause, or when `signal` ends it early, which the caller looks at next. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => {});
