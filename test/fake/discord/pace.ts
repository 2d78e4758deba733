import { type Answer, tooMany } from './answer.ts';
import type { Found } from './routes.ts';
import type { World } from './world.ts';

/** Endpoints that count against the pace of their channel. */
const PACED = ['post', 'edit'];

/** Counts calls in sliding windows by channel and endpoint, tells in headers what is left, and refuses what is too much. */
export const createPace = ({ limits: { pace }, now }: World) => {
  const seen = new Map<string, readonly number[]>();
  return ({ route, ids }: Found, serve: () => Answer): Answer => {
    if (pace === null || !PACED.includes(route.name)) return serve();
    const key = `${route.name}:${ids[0] ?? ''}`;
    const recent = (seen.get(key) ?? []).filter((at) => at > now() - pace.windowMs);
    const resetMs = (recent[0] ?? now()) + pace.windowMs - now();
    const remaining = Math.max(0, pace.count - recent.length - 1);
    const headers = {
      'x-ratelimit-bucket': route.name,
      'x-ratelimit-limit': String(pace.count),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset-after': String(resetMs / 1000),
    };
    if (recent.length >= pace.count) {
      const refused = tooMany(resetMs / 1000);
      return { ...refused, headers: { ...headers, ...refused.headers } };
    }
    seen.set(key, [...recent, now()]);
    const answer = serve();
    return { ...answer, headers: { ...headers, ...answer.headers } };
  };
};
