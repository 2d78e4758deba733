import type { ZonedWindow } from '../calendar/common-opening.ts';
import { type Revert, strongerRevert } from '../change/revert.ts';
import type { AskingRule, Rules } from '../rules/schema.ts';
import { DEFAULTS, type Terms } from './decision.ts';
import { bothGlasses, glassTerms } from './glass-terms.ts';
import { fillingBoth, together } from './needs.ts';

const windowOf = ({ zone, windows }: Rules, name: string | undefined): readonly ZonedWindow[] => {
  if (name === undefined) return [];
  const window = windows[name];
  if (window === undefined || zone === undefined)
    throw new Error(`window ${name} is not known, or has no zone: the schema let it pass`);
  return [{ name, window, zone }];
};

const revertOf = ({ revert }: AskingRule): Revert | null =>
  revert === undefined ? null : { after: revert.after, keepBy: revert.keep_by };

const once = (windows: readonly ZonedWindow[]): readonly ZonedWindow[] => [
  ...new Map(windows.map((window) => [JSON.stringify(window), window])).values(),
];

/**
 * The strictest of each kind that these rules, at least one and all of the same file, ask for. A rule that is silent about a
 * time asks for the default: a longer time in another rule must not loosen it.
 */
export const strictest = (asking: readonly AskingRule[], rules: Rules): Terms => {
  const needs = together(asking.flatMap((rule) => rule.need));
  const alone = needs.length === 0 && asking.some((rule) => rule.alone);
  return {
    needs,
    expires: Math.min(...asking.map((rule) => rule.expires ?? DEFAULTS.expires)),
    voteValidFor: Math.min(...asking.map((rule) => rule.vote_valid_for ?? DEFAULTS.voteValidFor)),
    cooldown: Math.max(0, ...asking.map((rule) => rule.cooldown ?? 0)),
    reason: asking.some((rule) => rule.reason === 'required'),
    // A rule that wants somebody else beside an alone one adds people and takes nothing away.
    confirm: asking.some((rule) => rule.alone || rule.confirm === 'type_target'),
    secondFactor: asking.some((rule) => rule.second_factor === 'totp'),
    alone,
    windows: once(asking.flatMap((rule) => windowOf(rules, rule.window))),
    revert: asking.map(revertOf).reduce(strongerRevert, null),
    glass: rules.break_glass ? glassTerms(rules.break_glass) : null,
  };
};

/** Terms that keep both: whoever satisfies them satisfies each. */
export const keepingBoth = (a: Terms, b: Terms): Terms => {
  const needs = fillingBoth(a.needs, b.needs);
  const alone = needs.length === 0 && (a.alone || b.alone);
  return {
    needs,
    expires: Math.min(a.expires, b.expires),
    voteValidFor: Math.min(a.voteValidFor, b.voteValidFor),
    cooldown: Math.max(a.cooldown, b.cooldown),
    reason: a.reason || b.reason,
    confirm: a.confirm || b.confirm,
    secondFactor: a.secondFactor || b.secondFactor,
    alone,
    windows: once([...a.windows, ...b.windows]),
    revert: strongerRevert(a.revert, b.revert),
    glass: bothGlasses(a.glass, b.glass),
  };
};
