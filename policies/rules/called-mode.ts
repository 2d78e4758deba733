import type { SiteId } from '../ids.ts';
import { MODES, type Mode, moreCareful } from '../mode.ts';
import { no, ok, type Result } from '../result.ts';
import type { Rules } from './schema.ts';

/** A mode that somebody set in chat: of one site, or of everything (`site` null). It is never less careful than the file. */
export type CalledMode = { readonly site: SiteId | null; readonly mode: Mode };

/** Why a mode is not set. `held`: the file or the mode of everything is more careful than that. */
export type ModeRefusal =
  | { readonly no: 'mode-as-is'; readonly mode: Mode }
  | { readonly no: 'mode-held'; readonly than: 'file' | 'everything'; readonly mode: Mode };

type FileModes = Pick<Rules, 'mode' | 'sites'>;

const ofFile = ({ mode, sites }: FileModes, site: SiteId | null): Mode =>
  site === null ? mode : moreCareful(mode, sites[site]?.mode ?? mode);

const calledFor = (called: readonly CalledMode[], site: SiteId | null): Mode =>
  called.find((one) => one.site === site)?.mode ?? 'standard';

/** What was set in chat for a site, or for what is on none (null): the more careful of its own and of that of everything. */
export const calledAt = (called: readonly CalledMode[], site: SiteId | null): Mode =>
  moreCareful(calledFor(called, null), calledFor(called, site));

/** The mode in force of a site, or of everything (null): the most careful of what the file says and what was set in chat. */
export const modeInForce = (file: FileModes, called: readonly CalledMode[], site: SiteId | null): Mode =>
  moreCareful(ofFile(file, site), calledAt(called, site));

/** Where another mode leads from the one in force: it is more careful, or it loosens what this very switch holds; else why not. */
export const turnTo = (
  file: FileModes,
  called: readonly CalledMode[],
  { site, mode }: CalledMode,
): Result<'tighter' | 'looser', ModeRefusal> => {
  const now = modeInForce(file, called, site);
  if (mode === now) return no({ no: 'mode-as-is', mode });
  if (MODES.indexOf(mode) < MODES.indexOf(now)) return ok('tighter');
  const others = called.filter((one) => one.site !== site);
  const held = modeInForce(file, others, site);
  if (moreCareful(held, mode) === mode) return ok('looser');
  return no({ no: 'mode-held', than: ofFile(file, site) === held ? 'file' : 'everything', mode: held });
};
