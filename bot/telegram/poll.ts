import { setTimeout as sleep } from 'node:timers/promises';
import { GrammyError } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import type { Reach } from '../chat/reach.ts';
import { attempt, forGrammy, type Line, why } from './calls.ts';
import { BACKOFF, TOKEN_REFUSED, UPDATES, WAITS } from './limits.ts';
import { isConflict, openRival } from './rival.ts';
import type { Take } from './updates.ts';

/** Waits until the platform answers. A token that it does not know never gets better, and is said so. */
export const reach = async (line: Line, signal: AbortSignal): Promise<UserFromGetMe> => {
  for (let failures = 0; ; failures += 1) {
    try {
      const bot = await line.api.getMe(forGrammy(signal));
      // Polling is refused while a webhook is set.
      await line.api.deleteWebhook({}, forGrammy(signal));
      return bot;
    } catch (error) {
      if (signal.aborted) throw new Error('Telegram: stopped before it was reached');
      if (error instanceof GrammyError && TOKEN_REFUSED.includes(error.error_code))
        throw new Error(
          `Telegram does not know this bot token (${why(error)}): copy it again from @BotFather`,
        );
      await pauseAfter(line, { error, failures, signal }, 'telegram not reached yet');
    }
  }
};

/** `next`: the first update that is not taken yet. `told`: what Telegram was last told of it, by which it forgets the rest. */
type Place = { next: number; told: number };

type Polling = { readonly now: () => number; readonly reached: Reach; readonly signal: AbortSignal };

/**
 * Own loop instead of `bot.start()`, which ends for good at a 409, goes on after an update that could not be stored,
 * and on `stop()` confirms one that is still being stored. Here an update is confirmed only after `take` resolved:
 * what failed comes again with the next poll, and so does everything behind it.
 */
export const poll = async (line: Line, take: Take, { now, reached, signal }: Polling): Promise<void> => {
  const place: Place = { next: 0, told: 0 };
  let failures = 0;
  const rival = openRival(line, now);
  while (!signal.aborted) {
    try {
      await pollOnce(line, take, { place, signal, again: failures > 0 });
      failures = 0;
      if (!rival.isNear()) reached.up();
    } catch (error) {
      if (signal.aborted) break;
      reached.lost(isConflict(error) ? 'rival' : 'not-connected');
      if (isConflict(error)) await pause(rival.pauseMs(), signal);
      else await pauseAfter(line, { error, failures, signal }, 'telegram poll failed');
      failures += 1;
    }
  }
  if (place.next === place.told) return;
  const last = await attempt(() => line.api.getUpdates({ offset: place.next, limit: 1, timeout: 0 }));
  if ('failed' in last) line.log.warn({ why: why(last.failed) }, 'telegram updates will come again');
};

const pollOnce = async (
  line: Line,
  take: Take,
  { place, signal, again }: { readonly place: Place; readonly signal: AbortSignal; readonly again: boolean },
): Promise<void> => {
  // After a failure it is seen at once whether we are back.
  const timeout = again ? 0 : WAITS.pollSeconds;
  const request = { offset: place.next, timeout, allowed_updates: UPDATES };
  const updates = await line.api.getUpdates(request, forGrammy(signal));
  place.told = request.offset;
  for (const update of updates) {
    if (signal.aborted) return;
    await take(update);
    place.next = update.update_id + 1;
  }
};

type Failed = { readonly error: unknown; readonly failures: number; readonly signal: AbortSignal };

const pauseAfter = async (
  { log }: Line,
  { error, failures, signal }: Failed,
  what: string,
): Promise<void> => {
  const asked = error instanceof GrammyError ? (error.parameters.retry_after ?? 0) * 1000 : 0;
  const pauseMs = Math.max(asked, Math.min(BACKOFF.first * 2 ** failures, BACKOFF.most));
  log.warn({ why: why(error), pauseMs }, what);
  await pause(pauseMs, signal);
};

// Rejects only because `signal` ends the pause early, which the caller looks at next.
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => {});
