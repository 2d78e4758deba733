import { GrammyError } from 'grammy';
import type { Line } from './calls.ts';
import { CONFLICT } from './limits.ts';

/** Was our poll ended because another process polls with the same token? https://core.telegram.org/bots/api#getupdates */
export const isConflict = (error: unknown): boolean =>
  error instanceof GrammyError && error.error_code === 409;

/** `pauseMs`: our poll was ended once more; how long to pause. `isNear`: a poll that went well does not say that we are alone. */
type Rival = { pauseMs(): number; isNear(): boolean };

/**
 * Two processes with one token end each other's polls, and each hears a part of what people do. Neither can know which of
 * them is meant, so each steps back further every time, up to a minute, until it was quiet for a while; it is told once an
 * hour, since it lasts until somebody ends one of them.
 */
export const openRival = ({ log }: Pick<Line, 'log'>, now: () => number): Rival => {
  let [conflicts, lastAt, toldAt] = [0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const pauseMs = (): number => {
    conflicts = now() - lastAt > CONFLICT.quiet ? 1 : conflicts + 1;
    lastAt = now();
    if (now() - toldAt >= CONFLICT.tellEvery) {
      toldAt = now();
      log.warn('another process polls with this telegram token: each hears only a part; end one of them');
    }
    return Math.min(CONFLICT.first * 2 ** (conflicts - 1), CONFLICT.most);
  };
  return { pauseMs, isNear: () => now() - lastAt < CONFLICT.near };
};
