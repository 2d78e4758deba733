import { eq, sql } from 'drizzle-orm';
import { type Inventory, type NodeScripts, UNREAD } from '#policies/inventory';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { inventories } from './schema/workers.ts';

/** A worker knows the scripts of its own node only: those of others are as their own workers told them last. */
const withOthers = ({ scripts }: Inventory, kept: string): readonly NodeScripts[] => {
  const own = new Set(scripts.map(({ node }) => node));
  // Written by storeInventory from a value that the report's schema had read.
  const others = (JSON.parse(kept) as readonly NodeScripts[]).filter(({ node }) => !own.has(node));
  return [...others, ...scripts].toSorted((a, b) => (a.node < b.node ? -1 : 1));
};

/**
 * Keeps a site's newest inventory; an older one that arrives late is dropped. The worker dates it by its own clock: what
 * comes from the future is of now, or a clock that was wrong once would keep out every look since.
 */
export const storeInventory = ({ db, now }: Ledger, inventory: Inventory): void =>
  immediate(db, () => {
    const { site } = inventory;
    const at = Math.min(inventory.at, now());
    const kept = db.orm
      .select({
        at: inventories.at,
        scripts: sql<string | null>`json_extract(${inventories.inventory}, '$.scripts')`,
      })
      .from(inventories)
      .where(eq(inventories.site, site))
      .get();
    if (kept && kept.at > at && kept.at <= now()) return;
    const row = {
      site,
      at,
      inventory: JSON.stringify({ ...inventory, scripts: withOthers(inventory, kept?.scripts ?? '[]'), at }),
    };
    db.orm.insert(inventories).values(row).onConflictDoUpdate({ target: inventories.site, set: row }).run();
  });

const openReader = once((orm): (() => readonly Inventory[]) => {
  const parsed = new Map<string, Inventory>();
  const heads = orm.select({ site: inventories.site, at: inventories.at }).from(inventories).prepare();
  const load = (site: string): Inventory => {
    const row = orm.select().from(inventories).where(eq(inventories.site, site)).get();
    if (!row) throw new Error(`inventory of site ${site} vanished between two reads`);
    // Written by storeInventory from a value that the report's schema had read; before registered tags and scripts were, without them.
    return { registeredTags: UNREAD, scripts: [], ...JSON.parse(row.inventory) } as Inventory;
  };
  return () =>
    heads.all().map(({ site, at }) => {
      const kept = parsed.get(site);
      const inventory = kept?.at === at ? kept : load(site);
      parsed.set(site, inventory);
      return inventory;
    });
});

/** The reader of a ledger's inventories, which parses a site's JSON once per version: 1,000 guests cost about a millisecond. */
export const inventoryReader = ({ db }: Ledger): (() => readonly Inventory[]) => openReader(db);
