import { asc, eq } from 'drizzle-orm';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { platformsDown } from './schema/chats.ts';

/**
 * How a chat platform does not hear people as it should: there is no connection; or another process takes events with the same
 * token, and each hears only a part.
 */
export type Down = { readonly why: 'not-connected' | 'rival'; readonly since: number };

const all = once((orm) => orm.select().from(platformsDown).orderBy(asc(platformsDown.platform)).prepare());

/** Platforms that are down as the bot knows, or knew last. */
export const downNow = ({ db }: Ledger): readonly (Down & { readonly platform: string })[] =>
  // Only `keepDown` writes rows.
  all(db).all() as readonly (Down & { platform: string })[];

/** Keeps how these platforms are, null for one that is well; those not named are forgotten. Writes only what changed. */
export const keepDown = (ledger: Ledger, platforms: ReadonlyMap<string, Down | null>): void => {
  const kept = downNow(ledger);
  const down = [...platforms].flatMap(([platform, one]) => (one === null ? [] : [{ platform, ...one }]));
  const text = (rows: typeof kept): string =>
    JSON.stringify(rows.map(({ platform, why, since }) => [platform, why, since]));
  const sorted = down.toSorted((one, other) => (one.platform < other.platform ? -1 : 1));
  if (text(sorted) === text(kept)) return;
  immediate(ledger.db, () => {
    for (const { platform } of kept)
      ledger.db.orm.delete(platformsDown).where(eq(platformsDown.platform, platform)).run();
    for (const row of sorted) ledger.db.orm.insert(platformsDown).values(row).run();
  });
};
