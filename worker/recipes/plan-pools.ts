import type { Recipe } from '#policies/recipes/recipe';
import { ok } from '#policies/result';
import { listPools, readPool } from '../shell/zpool.ts';
import type { RecipeHost } from './host.ts';
import { joined, type Part, type Planned, part } from './part.ts';

const planOne = async ({ root }: RecipeHost, pool: string): Promise<Part> => {
  const now = await readPool(root, pool, 'autotrim');
  if (!now.ok) return part({ checks: [{ check: 'host-setting', state: 'unknown', facts: { key: pool } }] });
  const property = 'autotrim';
  return part({
    effects:
      now.value === 'off' ? [{ kind: 'pool-property', pool, property, before: 'off', after: 'on' }] : [],
    basis: [{ of: `pool ${pool}`, value: now.value }],
    probes: [{ probe: 'pool', pool, property, want: 'on' }],
  });
};

/** Exactly the pools that are there and do not trim by themselves yet. */
export const planPools = async (host: RecipeHost, { autotrim }: Recipe): Promise<Planned> => {
  if (autotrim === undefined) return ok(part({}));
  const pools = await listPools(host.root);
  return ok(joined(await Promise.all(pools.map((pool) => planOne(host, pool)))));
};
