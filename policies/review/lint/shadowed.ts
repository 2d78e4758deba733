import type { Terms } from '../../decide/decision.ts';
import { strictest } from '../../decide/terms.ts';
import { MODES } from '../../mode.ts';
import { atLeast, ROLES } from '../../person.ts';
import { RISKS } from '../../risk.ts';
import type { Match } from '../../rules/match.ts';
import type { AskingRule, Rule, Rules } from '../../rules/schema.ts';
import type { Finding } from './finding.ts';

type Field = keyof Match;

const within = <T>(inner: readonly T[], outer: readonly T[]): boolean =>
  inner.every((one) => outer.includes(one));

type Ranges = NonNullable<Match['vmid']>;
const rangesWithin = (inner: Ranges, outer: Ranges): boolean =>
  inner.every(({ from, to }) => outer.some((range) => range.from <= from && to <= range.to));

type Facts = NonNullable<Match['fact']>;
const factsWithin = (inner: Facts, outer: Facts): boolean =>
  // Both are plain objects of lists under the names of facts.
  (Object.entries(outer) as [keyof Facts, readonly string[] | undefined][]).every(([name, answers]) => {
    const mine: readonly string[] | undefined = inner[name];
    return answers === undefined || (mine !== undefined && within(mine, answers));
  });

const fieldWithin = (inner: Match, outer: Match, field: Field): boolean => {
  if (field === 'vmid') return rangesWithin(inner.vmid ?? [], outer.vmid ?? []);
  if (field === 'fact') return factsWithin(inner.fact ?? {}, outer.fact ?? {});
  return within<string>(inner[field] ?? [], outer[field] ?? []);
};

/** Fields that match everything when each of these is listed. */
const EVERY = { risk: RISKS, role: ROLES, mode: MODES } as const;

const isFree = (match: Match, field: Field): boolean => {
  if (field !== 'risk' && field !== 'role' && field !== 'mode') return false;
  const wanted: readonly string[] = match[field] ?? [];
  return EVERY[field].every((one) => wanted.includes(one));
};

/** Does `outer` match whatever `inner` matches? Field by field, so that a no may be wrong and a yes never is. */
export const isPartOf = (inner: Match, outer: Match): boolean =>
  // A match has no other fields than those of its type.
  (Object.keys(outer) as Field[]).every(
    (field) => isFree(outer, field) || (inner[field] !== undefined && fieldWithin(inner, outer, field)),
  );

const whoCovers = (strong: AskingRule['who'], weak: AskingRule['who']): boolean => {
  if (weak === undefined) return true;
  if (strong === undefined) return false;
  if ('role' in strong) return 'role' in weak && atLeast(strong.role, weak.role);
  return 'group' in weak && strong.group === weak.group;
};

const same = (a: Terms, b: Terms): boolean => JSON.stringify(a) === JSON.stringify(b);

const production = ({ mode, sites }: Rules): boolean =>
  [mode, ...Object.values(sites).map((site) => site.mode)].includes('production');

/** In production what destroys is off unless a rule names it, so naming it is an effect of its own. */
const namesMore = (rule: Rule, other: Rule, rules: Rules): boolean =>
  rule.match.action !== undefined && other.match.action === undefined && production(rules);

const addsNothing = (rule: Rule, other: Rule, rules: Rules): boolean => {
  if (!isPartOf(rule.match, other.match)) return false;
  if ('deny' in other) return true;
  if ('deny' in rule || namesMore(rule, other, rules) || !whoCovers(other.who, rule.who)) return false;
  return same(strictest([other], rules), strictest([other, rule], rules));
};

const UNKNOWABLE: readonly Field[] = ['node', 'pool', 'tag', 'fact'];

const unlessOf = (rule: Rule, other: Rule): readonly Field[] =>
  UNKNOWABLE.filter((field) => rule.match[field] !== undefined && other.match[field] === undefined);

/** The rule that makes this one superfluous: of two that do so to each other, the first one stays. */
const shadowOf = (rule: Rule, index: number, rules: Rules): Rule | undefined =>
  rules.rules.find(
    (other, no) => addsNothing(rule, other, rules) && (no < index || !addsNothing(other, rule, rules)),
  );

/** Rules that add nothing to any request whose facts are known. */
export const shadowedRules = (rules: Rules): readonly Finding[] =>
  rules.rules.flatMap((rule, index) => {
    const by = shadowOf(rule, index, rules);
    return by ? [{ lint: 'shadowed', rule: rule.id, by: by.id, unless: unlessOf(rule, by) }] : [];
  });
