import type { ActionName } from '../actions.ts';
import type { Rule, Rules } from '../rules/schema.ts';
import { type Glances, glanceAt, glancesOf, mayFit } from './glance.ts';
import { type Fit, matcherOf } from './matches.ts';
import type { RequestInMode } from './request.ts';

/** A rule, whether it speaks about a request, and the first rule that says the same, whatever it is about. */
export type Asked = {
  readonly rule: Rule;
  readonly fit: (request: RequestInMode) => Fit;
  readonly says: Rule;
};

/** Rules, and beside them what can be told of each without following it into memory. */
type Taken = { readonly rules: readonly Asked[]; readonly glances: Glances };

/** What was taken apart, for as long as somebody holds the rules. Rules never change: a changed file is read anew. */
const taken = new WeakMap<Rules['rules'], Map<ActionName, Taken>>();

/** One for all rules whose matches are alike but for their actions. */
const sharedFits = (): ((rule: Rule) => Asked['fit']) => {
  const fits = new Map<string, Asked['fit']>();
  return ({ match }) => {
    const rest = { ...match, action: undefined };
    const key = JSON.stringify(rest);
    const fit = fits.get(key) ?? matcherOf(rest);
    fits.set(key, fit);
    return fit;
  };
};

const sharedSayings = (): ((rule: Rule) => Rule) => {
  const sayings = new Map<string, Rule>();
  return (rule) => {
    const key = JSON.stringify({ ...rule, id: undefined, match: undefined });
    const first = sayings.get(key) ?? rule;
    sayings.set(key, first);
    return first;
  };
};

const takenApart = (rules: Rules['rules'], action: ActionName): Taken => {
  const [fitOf, sayingOf] = [sharedFits(), sharedSayings()];
  const about = rules.filter(({ match }) => match.action?.includes(action) ?? true);
  return {
    rules: about.map((rule) => ({ rule, fit: fitOf(rule), says: sayingOf(rule) })),
    glances: glancesOf(about.map(({ match }) => match)),
  };
};

/**
 * The rules that may speak about a request, in the order of the file; no other does. Of thousands of rules most are passed
 * over at a glance, and those that are alike share what asks them: a rule among 5,000 cost three times what it costs among
 * 200, for waiting for memory.
 */
export const rulesAbout = ({ rules }: Rules, request: RequestInMode): readonly Asked[] => {
  const byAction = taken.get(rules) ?? new Map<ActionName, Taken>();
  taken.set(rules, byAction);
  const all = byAction.get(request.action) ?? takenApart(rules, request.action);
  byAction.set(request.action, all);
  const at = glanceAt(request);
  return all.rules.filter((_, i) => mayFit(all.glances, i, at));
};
