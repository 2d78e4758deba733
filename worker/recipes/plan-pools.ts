import type { Recipe } from '#policies/recipes/recipe';
import { no, ok } from '#policies/result';
import { isSsd, listPools, readPool } from '../shell/zpool.ts';
import type { RecipeHost } from './host.ts';
import { joined, type Part, type Planned, part } from './part.ts';

const NOT_SSD = 'not all of its disks are SSDs that take discards';

const planOne = async ({ root }: RecipeHost, pool: string): Promise<Part> => {
  const now = await readPool(root, pool, 'autotrim');
  if (!now.ok) return part({ checks: [{ check: 'host-setting', state: 'unknown', facts: { key: pool } }] });
  const property = 'autotrim';
  return part({
    effects:
      now.value === 'off' ? [{ kind: 'pool-property', pool, property, before: 'off', after: 'on' }] : [],
    basis: [
      { of: `pool ${pool}`, value: now.value },
      { of: `ssd ${pool}`, value: 'true' },
    ],
    probes: [{ probe: 'pool', pool, property, want: 'on' }],
  });
};

const leftOut = async (pool: string): Promise<Part> =>
  part({ checks: [{ check: 'host-setting', state: 'warn', facts: { key: pool, why: NOT_SSD } }] });

/** Exactly the pools that are all SSD and do not trim by themselves yet; a disk that turns has nothing to gain. */
export const planPools = async (host: RecipeHost, { id, autotrim }: Recipe): Promise<Planned> => {
  if (autotrim === undefined) return ok(part({}));
  const pools = await listPools(host.root);
  const fit = await Promise.all(pools.map((pool) => isSsd(host.root, pool)));
  if (!fit.includes(true))
    return no({ no: 'recipe-not-for-this-host', recipe: id, why: 'no pool of SSDs alone' });
  return ok(
    joined(await Promise.all(pools.map((pool, at) => (fit[at] ? planOne(host, pool) : leftOut(pool))))),
  );
};
