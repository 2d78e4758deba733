import type { Effect } from '#policies/effect';
import { readPool, setPool } from '../shell/zpool.ts';
import type { Kind } from './effect.ts';
import { endedBy, failed, foundAs } from './ended.ts';
import type { Host } from './file.ts';

type PoolProperty = Extract<Effect, { kind: 'pool-property' }>;

const now = async (root: string, { pool, property }: PoolProperty): Promise<string | null> => {
  const value = await readPool(root, pool, property);
  return value.ok ? value.value : null;
};

/** A property of exactly one recorded pool. */
export const POOL_PROPERTY: Kind<PoolProperty, { readonly host: Host }> = {
  apply: async ({ host: { root } }, effect) => {
    const { pool, property, before, after } = effect;
    const is = await now(root, effect);
    if (is !== before) return failed(`${pool}: ${property} is ${is ?? 'unknown'}, not ${before}`);
    return endedBy('zpool', await setPool(root, pool, { property, value: after }));
  },
  look: async ({ host: { root } }, effect) => {
    const is = await now(root, effect);
    return foundAs(is === effect.after, is === effect.before);
  },
  invert: (effect) => ({ ...effect, before: effect.after, after: effect.before }),
};
