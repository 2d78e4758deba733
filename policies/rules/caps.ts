import { z } from 'zod';

const most = (count: number) => z.int().min(1).max(1000).default(count);

/**
 * How much may be asked for: requests that wait to begin, of one person and of all, and requests of one person within a minute.
 * Reading never counts.
 */
export const Caps = z
  .strictObject({ open_per_person: most(5), open: most(50), per_minute: most(10) })
  .prefault({});
export type Caps = z.infer<typeof Caps>;

/** Name of a cap, as it stands in the file. */
export type CapName = keyof Caps;

/** The caps of a file that says nothing about them. */
export const USUAL_CAPS: Caps = Caps.parse({});

/** How much there is already, by the cap that bounds it. */
export type Load = Caps;

/** The first cap that one more request would be over; null where there is room. */
export const capReached = (caps: Caps, load: Load): CapName | null =>
  // The two have exactly the keys of Caps, which Object.keys forgets.
  (Object.keys(USUAL_CAPS) as CapName[]).find((name) => load[name] >= caps[name]) ?? null;
