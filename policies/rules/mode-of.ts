import { type Mode, moreCareful } from '../mode.ts';
import { isOwnTarget, type Target } from '../target.ts';
import type { Rules } from './schema.ts';

/**
 * How careful a target is treated: the more careful of what the file says about everything and about its site. What is about
 * Quorate itself is on no site. `called`: what was set in chat for it, which makes it more careful only.
 */
export const modeOf = (
  { mode, sites }: Pick<Rules, 'mode' | 'sites'>,
  target: Target,
  called: Mode = 'standard',
): Mode => {
  const ofFile = isOwnTarget(target) ? mode : moreCareful(mode, sites[target.site]?.mode ?? mode);
  return moreCareful(ofFile, called);
};
