import type { APIGatewaySessionStartLimit, ClientOptions } from 'discord.js';
import type { Logger } from 'pino';
import { pause } from './call.ts';
import { IDENTIFY } from './limits.ts';

const DAY = 86_400_000;
const LATELY = 600_000;

export type BudgetParts = {
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn'>;
  /** Least time between two (ms); doubled for each one of the last ten minutes. */
  readonly every: number;
};

/** When something was said to be used up, and until when that holds (ms). */
type Told = { readonly used: number; readonly until: number };

const toldBy = (limit: APIGatewaySessionStartLimit | undefined, now: number): Told =>
  limit === undefined
    ? { used: 0, until: now }
    : { used: limit.total - limit.remaining, until: now + limit.reset_after };

/** How long to wait before the next one (ms). */
const waitFor = (spent: readonly number[], told: Told, { now, every }: BudgetParts): number => {
  const [oldest] = spent;
  if (told.used >= IDENTIFY.perDay && told.until > now()) return told.until - now();
  if (spent.length >= IDENTIFY.perDay && oldest !== undefined) return oldest + DAY - now();
  const last = spent.at(-1);
  if (last === undefined) return 0;
  const lately = spent.filter((at) => at > now() - LATELY).length;
  if (lately === 0) return 0;
  return Math.max(0, last + Math.min(every * 2 ** (lately - 1), IDENTIFY.most) - now());
};

type BuildThrottler = NonNullable<NonNullable<ClientOptions['ws']>['buildIdentifyThrottler']>;

/**
 * Paces how often we identify, over all connections and as far as Discord tells of other processes too. Its library does so
 * every five seconds without end, and at 1000 a day Discord takes the token away: we wait long before.
 */
export const openBudget = (parts: BudgetParts): BuildThrottler => {
  let spent: readonly number[] = [];
  return (manager) => ({
    waitForIdentify: async (_, signal) => {
      // Where Discord cannot be asked our own count holds; an error here would make the library identify at once.
      const said = await manager.fetchGatewayInformation().catch(() => null);
      const told = toldBy(said?.session_start_limit, parts.now());
      for (;;) {
        spent = spent.filter((at) => at > parts.now() - DAY);
        const ms = waitFor(spent, told, parts);
        if (ms <= 0) break;
        parts.log.warn({ pauseMs: ms, today: spent.length }, 'discord identify waits');
        await pause(ms, signal);
        // So the library learns that this connection is over; any other error would make it identify at once.
        signal.throwIfAborted();
      }
      spent = [...spent, parts.now()];
    },
  });
};
