import type { ActionName } from '../actions.ts';
import type { Rule, Rules } from '../rules/schema.ts';
import { type Fit, matcherOf } from './matches.ts';
import type { RequestInMode } from './request.ts';

/** A rule, and whether it speaks about a request. */
export type Asked = { readonly rule: Rule; readonly fit: (request: RequestInMode) => Fit };

type ByAction = Map<ActionName, readonly Asked[]>;

/** What was taken apart, for as long as somebody holds the rules. Rules never change: a changed file is read anew. */
const taken = new WeakMap<Rules['rules'], { readonly all: readonly Asked[]; readonly byAction: ByAction }>();

const takenApart = (
  rules: Rules['rules'],
): { readonly all: readonly Asked[]; readonly byAction: ByAction } => {
  const known = taken.get(rules);
  if (known) return known;
  const all = rules.map((rule) => ({ rule, fit: matcherOf(rule.match) }));
  const made = { all, byAction: new Map() };
  taken.set(rules, made);
  return made;
};

/** The rules that do not name other actions than this one, in the order of the file. */
export const rulesAbout = ({ rules }: Rules, action: ActionName): readonly Asked[] => {
  const { all, byAction } = takenApart(rules);
  const known = byAction.get(action);
  if (known) return known;
  const about = all.filter(({ rule }) => rule.match.action?.includes(action) ?? true);
  byAction.set(action, about);
  return about;
};
