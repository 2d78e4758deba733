import { z } from 'zod';
import { SiteId, type Vmid } from './ids.ts';
import type { Inventory } from './inventory.ts';
import { isOwnTarget, type Target } from './target.ts';

const PoolAt = z.strictObject({ site: SiteId, pool: z.string().min(1) });

const GuestsAt = z
  .strictObject({ site: SiteId, from: z.int().min(100), to: z.int().min(100) })
  .refine(({ from, to }) => from <= to, 'a range whose first guest id is not above its last');

/**
 * What a person is bound to: everything, or the guests of some pools and some guest ids, each of one site, so that a site which
 * is added later is nobody's by accident. A pool is meant by its whole name; those below it are pools of their own.
 */
export const Scope = z.union([
  z.literal('everything'),
  z.strictObject({ pools: z.array(PoolAt).max(100), guests: z.array(GuestsAt).max(1000) }),
]);
export type Scope = z.infer<typeof Scope>;
/** The scope of somebody who is bound. */
export type Bound = Exclude<Scope, 'everything'>;

const isNamed = ({ guests }: Bound, at: SiteId, vmid: Vmid): boolean =>
  guests.some(({ site, from, to }) => site === at && from <= vmid && vmid <= to);

/**
 * Is this target within the scope? `pool` is that of a guest, "" where it is in none and null where that is not known, which is
 * a no. Whoever is bound reaches guests only: no node, not the rules, no person.
 */
export const within = (scope: Scope, target: Target, pool: string | null): boolean => {
  if (scope === 'everything') return true;
  if (target.kind !== 'guest') return false;
  if (isNamed(scope, target.site, target.vmid)) return true;
  return scope.pools.some((bound) => bound.site === target.site && bound.pool === pool);
};

/** Is a target within a scope? `unsure`: that hangs on its pool, which is not known. */
export type InScope = 'in' | 'out' | 'unsure';

/** The same as {@link within} where "no" and "cannot be told" lead to different things. */
export const inScope = (scope: Scope, target: Target, pool: string | null): InScope => {
  if (within(scope, target, pool)) return 'in';
  if (scope === 'everything' || target.kind !== 'guest' || pool !== null) return 'out';
  return scope.pools.some(({ site }) => site === target.site) ? 'unsure' : 'out';
};

/** The pool of a target as the inventories show it: "" for none, null where it is not known. */
export const poolOf = (target: Target, inventories: readonly Inventory[]): string | null => {
  if (isOwnTarget(target) || target.kind === 'node') return '';
  const guests = inventories.find(({ site }) => site === target.site)?.guests;
  const guest = guests?.known ? guests.value.find(({ vmid }) => vmid === target.vmid) : undefined;
  return guest ? (guest.pool ?? '') : null;
};

/** Who a decision about a scope is taken for. */
type Somebody = { readonly id: string; readonly scope: Scope };

/** May this person ask for, vote on and see what is about this target? Everybody may see what is about themselves. */
export const mayReach = ({ id, scope }: Somebody, target: Target, pool: string | null): boolean =>
  within(scope, target, pool) || (target.kind === 'person' && target.person === id);

/** The same, with the pool as the inventories show it. */
export const reaches = (somebody: Somebody, target: Target, inventories: readonly Inventory[]): boolean =>
  mayReach(somebody, target, poolOf(target, inventories));

/** Is every target of `inner` within `outer` too, whatever pools hold? Where that cannot be told it is a no. */
export const isNarrower = (inner: Scope, outer: Scope): boolean => {
  if (outer === 'everything') return true;
  if (inner === 'everything') return false;
  return (
    inner.pools.every(({ site, pool }) =>
      outer.pools.some((one) => one.site === site && one.pool === pool),
    ) &&
    inner.guests.every(({ site, from, to }) =>
      outer.guests.some((one) => one.site === site && one.from <= from && to <= one.to),
    )
  );
};
