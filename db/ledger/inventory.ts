import { eq } from 'drizzle-orm';
import { type Inventory, UNREAD } from '#policies/inventory';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { inventories } from './schema/workers.ts';

/**
 * Keeps a site's newest inventory; an older one that arrives late is dropped. The worker dates it by its own clock: what
 * comes from the future is of now, or a clock that was wrong once would keep out every look since.
 */
export const storeInventory = ({ db, now }: Ledger, inventory: Inventory): void =>
  immediate(db, () => {
    const { site } = inventory;
    const at = Math.min(inventory.at, now());
    const kept = db.orm
      .select({ at: inventories.at })
      .from(inventories)
      .where(eq(inventories.site, site))
      .get();
    if (kept && kept.at > at && kept.at <= now()) return;
    const row = { site, at, inventory: JSON.stringify({ ...inventory, at }) };
    db.orm.insert(inventories).values(row).onConflictDoUpdate({ target: inventories.site, set: row }).run();
  });

const openReader = once((orm): (() => readonly Inventory[]) => {
  const parsed = new Map<string, Inventory>();
  const heads = orm.select({ site: inventories.site, at: inventories.at }).from(inventories).prepare();
  const load = (site: string): Inventory => {
    const row = orm.select().from(inventories).where(eq(inventories.site, site)).get();
    if (!row) throw new Error(`inventory of site ${site} vanished between two reads`);
    // Written by storeInventory from a value that the report's schema had read; before registered tags were, without them.
    return { registeredTags: UNREAD, ...JSON.parse(row.inventory) } as Inventory;
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
