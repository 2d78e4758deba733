import { matches } from '../decide/matches.ts';
import type { DecisionRequest } from '../decide/request.ts';
import { modeOf } from '../rules/mode-of.ts';
import type { Rule, Rules } from '../rules/schema.ts';
import { inGroups } from './in-groups.ts';

type Both = readonly [old: Rules, next: Rules];

/** Rules that are in one of the files only, as they are written there. */
export const changedRules = ([old, next]: Both): readonly Rule[] => {
  const textOf = (rule: Rule): string => JSON.stringify(rule);
  const [before, after] = [new Set(old.rules.map(textOf)), new Set(next.rules.map(textOf))];
  return [
    ...old.rules.filter((rule) => !after.has(textOf(rule))),
    ...next.rules.filter((rule) => !before.has(textOf(rule))),
  ];
};

/** Everything that decisions look at, but the rules. */
const aroundRules = (file: Rules): string =>
  Object.entries(file)
    .filter(([section]) => section !== 'rules' && section !== 'caps')
    .map((section) => JSON.stringify(section))
    .sort()
    .join('\n');

/** What sets two files apart: everything (null), or some rules alone. */
export type Difference = readonly Rule[] | null;

/** Where anything around the rules differs, any decision may. */
export const differenceOf = ([old, next]: Both): Difference =>
  aroundRules(old) === aroundRules(next) ? changedRules([old, next]) : null;

/**
 * May these files say different things to the request? Where they differ in rules alone, only if one of those speaks about it, or
 * may: all others say the same in both, and their order has no meaning.
 */
export const mayDiffer = (difference: Difference, [file]: Both, request: DecisionRequest): boolean => {
  if (difference === null) return true;
  const requester = inGroups(request.requester, file);
  const inMode = { ...request, requester, mode: modeOf(file, request.target) };
  return difference.some(({ match }) => matches(match, inMode) !== false);
};
