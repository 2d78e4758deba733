import type { SiteId } from '#policies/ids';
import type { Mode } from '#policies/mode';
import { type CalledMode, modeInForce } from '#policies/rules/called-mode';
import type { Rules } from '#policies/rules/schema';
import type { Card, Line } from '../chat/card.ts';
import { page } from './look.ts';
import { outside, type Words, when } from './words.ts';

/** A mode that was set in chat, and by whom; `since` in ms. */
export type SetInChat = CalledMode & {
  readonly by: string;
  readonly reason: string | null;
  readonly since: number;
};

/** Which site a mode is of, or everything. */
export const modeReach = (words: Words, site: SiteId | null): Line =>
  site === null ? words.say('mode.everything') : [outside(site)];

type Modes = { readonly rules: Rules; readonly called: readonly SetInChat[] };

/** Who made a site as careful as it is: somebody in chat, or else the file (null). */
const setterOf = ({ rules, called }: Modes, site: SiteId | null): SetInChat | null => {
  const mode = modeInForce(rules, called, site);
  if (modeInForce(rules, [], site) === mode) return null;
  return called.find((one) => one.mode === mode && (one.site === site || one.site === null)) ?? null;
};

/** The mode of a site, or of everything, and where it comes from; null where it is standard and nothing is special. */
export const modeLine = (words: Words, modes: Modes, site: SiteId | null): Line | null => {
  const mode: Mode = modeInForce(modes.rules, modes.called, site);
  if (mode === 'standard') return null;
  const set = setterOf(modes, site);
  const where = modeReach(words, site);
  if (set === null) return words.say('mode.of-file', { where, mode });
  const { by, since, reason } = set;
  return words.say('mode.set', {
    where,
    mode,
    by: outside(by),
    when: when(since),
    reason: outside(reason ?? '-'),
  });
};

/** How careful everything and each site is run, and who says so. */
export const modeCard = (
  words: Words,
  { sites, ...modes }: Modes & { readonly sites: readonly SiteId[] },
): Card => {
  const lines = [null, ...sites].map(
    (site) => modeLine(words, modes, site) ?? words.say('mode.standard', { where: modeReach(words, site) }),
  );
  const careful = [null, ...sites].some((site) => modeLine(words, modes, site) !== null);
  return page(careful ? 'waiting' : 'neutral', words.say('mode.lead'), [...lines, words.say('mode.how')]);
};
