import type { Args } from './args.ts';
import type { Rate } from './limits.ts';

/** Counts calls in sliding windows and says how many whole seconds to wait, 0 for none. A refused call is not counted. */
export const createPace = (rates: readonly Rate[], now: () => number) => {
  const seen = new Map<string, number[]>();
  const keyOf = (rate: Rate, args: Args): string =>
    `${rate.method}:${rate.windowMs}:${rate.per === 'team' ? '' : (args['channel'] ?? '')}`;
  const waitMs = (key: string, rate: Rate): number => {
    const recent = (seen.get(key) ?? []).filter((at) => at > now() - rate.windowMs);
    seen.set(key, recent);
    const oldest = recent.at(-rate.count);
    return oldest === undefined ? 0 : oldest + rate.windowMs - now();
  };
  return (method: string, args: Args): number => {
    const mine = rates
      .filter((rate) => rate.method === method)
      .map((rate) => [keyOf(rate, args), rate] as const);
    const wait = Math.max(0, ...mine.map(([key, rate]) => waitMs(key, rate)));
    if (wait > 0) return Math.ceil(wait / 1000);
    for (const [key] of mine) seen.get(key)?.push(now());
    return 0;
  };
};
