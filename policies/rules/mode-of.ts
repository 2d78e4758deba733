import type { SiteId } from '../ids.ts';
import { type Mode, moreCareful } from '../mode.ts';
import type { Rules } from './schema.ts';

/** How careful a site is run: the more careful of what the file says about everything and about this site. */
export const modeOf = ({ mode, sites }: Rules, site: SiteId): Mode =>
  moreCareful(mode, sites[site]?.mode ?? mode);
