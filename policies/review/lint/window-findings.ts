import { commonOpening, type ZonedWindow } from '../../calendar/common-opening.ts';
import { openingFrom } from '../../calendar/window.ts';
import { DEFAULTS } from '../../decide/decision.ts';
import { strictest } from '../../decide/terms.ts';
import type { Match } from '../../rules/match.ts';
import type { AskingRule, Rules } from '../../rules/schema.ts';
import { mentionedIn } from '../mentioned.ts';
import { spotsFor } from '../spots.ts';
import type { Finding } from './finding.ts';
import { contradiction } from './never-matches.ts';

const MINUTE = 60_000;
const WEEK = 7 * 86_400_000;

type Windowed = { readonly rule: AskingRule; readonly window: ZonedWindow };

const windowed = (rules: Rules): readonly Windowed[] =>
  rules.rules.flatMap((rule) => {
    if (!('need' in rule)) return [];
    const [window] = strictest([rule], rules).windows;
    return window ? [{ rule, window }] : [];
  });

const LISTS = ['action', 'risk', 'role', 'mode'] as const;

/** Can one request fit both? */
const meet = (a: Match, b: Match, rules: Rules): boolean =>
  LISTS.every((field) => {
    const [mine, other]: (readonly string[] | undefined)[] = [a[field], b[field]];
    return mine === undefined || other === undefined || mine.some((one) => other.includes(one));
  }) &&
  spotsFor([a, b], mentionedIn([rules])).length > 0 &&
  contradiction(a).length + contradiction(b).length === 0;

const apart = (rules: Rules, list: readonly Windowed[], at: number): readonly Finding[] =>
  list.flatMap((one, index) =>
    list.slice(index + 1).flatMap((other): readonly Finding[] => {
      const [a, b] = [one.window, other.window];
      if (a.name === b.name || commonOpening([a, b], at) !== null) return [];
      if (!meet(one.rule.match, other.rule.match, rules)) return [];
      return [{ lint: 'windows-apart', rules: [one.rule.id, other.rule.id], windows: [a.name, b.name] }];
    }),
  );

/** The longest time in the two weeks after `at` in which a window stays shut. */
const longestWait = ({ window, zone }: ZonedWindow, at: number): number => {
  let [longest, moment] = [0, at];
  for (let opening = openingFrom(window, at, zone); opening; opening = openingFrom(window, moment, zone)) {
    longest = Math.max(longest, opening.from - moment);
    moment = opening.until;
    if (moment > at + 2 * WEEK) break;
  }
  return longest;
};

const timing = ({ rule, window }: Windowed, at: number): readonly Finding[] => {
  const expires = rule.expires ?? DEFAULTS.expires;
  const lasts = (window.window.until - window.window.from) * MINUTE;
  const holds = rule.vote_valid_for ?? DEFAULTS.voteValidFor;
  const waits = longestWait(window, at);
  return [
    ...(expires > lasts ? [{ lint: 'expires-beyond-window' as const, rule: rule.id, expires, lasts }] : []),
    ...(rule.need.length > 0 && holds < waits
      ? [{ lint: 'votes-grow-stale' as const, rule: rule.id, holds, waits }]
      : []),
  ];
};

/** What does not fit between rules and the windows in which they let something begin, seen from a moment (ms). */
export const windowFindings = (rules: Rules, at: number): readonly Finding[] => {
  const list = windowed(rules);
  return [...apart(rules, list, at), ...list.flatMap((one) => timing(one, at))];
};
