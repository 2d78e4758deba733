import type { Vmid } from './ids.ts';
import type { Inventory, Known } from './inventory.ts';
import { type Bound, type Scope, within } from './scope.ts';
import { type Health, hostHealth } from './site-health.ts';

/**
 * A site as one person sees it. `health` is how well the host is that their guests are on, for whoever may not look at it;
 * null where there is nothing that they may not look at.
 */
export type Seen = { readonly inventory: Inventory; readonly health: Health | null };

const NOT_THEIRS = { known: false, why: 'not-yours' } as const;

const filtered = <T>(known: Known<T[]>, keep: (row: T) => boolean): Known<T[]> =>
  known.known ? { known: true, value: known.value.filter(keep) } : known;

const theirs = (scope: Bound, { site, guests }: Inventory): ((vmid: Vmid) => boolean) => {
  const pools = new Map(guests.known ? guests.value.map(({ vmid, pool }) => [vmid, pool]) : []);
  return (vmid) => within(scope, { kind: 'guest', site, vmid }, pools.get(vmid) ?? null);
};

/** A job over many guests tells of all of them, so its runs are nobody's who sees only some. */
const narrowed = (scope: Bound, inventory: Inventory): Inventory => {
  const isTheirs = theirs(scope, inventory);
  const { guests, backups, backupRuns, uncovered } = inventory;
  return {
    ...inventory,
    version: null,
    quorum: NOT_THEIRS,
    nodes: NOT_THEIRS,
    storages: NOT_THEIRS,
    backupJobs: NOT_THEIRS,
    scripts: [],
    guests: filtered(guests, ({ vmid }) => isTheirs(vmid)),
    backups: filtered(backups, ({ vmid }) => isTheirs(vmid)),
    backupRuns: filtered(backupRuns, ({ vmid }) => vmid !== null && isTheirs(vmid)),
    uncovered: filtered(uncovered, isTheirs),
  };
};

const isBoundTo = ({ pools, guests }: Bound, { site }: Inventory): boolean =>
  [...pools, ...guests].some((bound) => bound.site === site);

/** What somebody with this scope sees of the sites: every row is theirs, and what is not theirs is unknown, never none. */
export const seenBy = (scope: Scope, inventories: readonly Inventory[]): readonly Seen[] =>
  scope === 'everything'
    ? inventories.map((inventory) => ({ inventory, health: null }))
    : inventories
        .filter((inventory) => isBoundTo(scope, inventory))
        .map((inventory) => ({ inventory: narrowed(scope, inventory), health: hostHealth(inventory) }));
