import { type Mode, moreCareful } from '../mode.ts';
import { isOwnTarget, type Target } from '../target.ts';
import type { Rules } from './schema.ts';

/**
 * How careful a target is treated: the more careful of what the file says about everything and about its site. What is about
 * Quorate itself is on no site.
 */
export const modeOf = ({ mode, sites }: Pick<Rules, 'mode' | 'sites'>, target: Target): Mode =>
  isOwnTarget(target) ? mode : moreCareful(mode, sites[target.site]?.mode ?? mode);
