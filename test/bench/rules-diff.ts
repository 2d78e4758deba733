import { SiteId } from '#policies/ids';
import type { Trial } from '#policies/review/corpus';
import { rulesEffect } from '#policies/review/rules-effect';
import { Rules } from '#policies/rules/schema';
import { requestOf, rulesOf } from './decide.ts';
import { type Bench, median, milliseconds } from './row.ts';

const RECORDED = 1000;

const recorded = (): readonly Trial[] =>
  Array.from({ length: RECORDED }, (_, i) => ({
    request: requestOf(i),
    person: null,
    where: {},
    change: null,
  }));

/** The same file with one rule gone and one loosened, as people edit them. */
const edited = (rules: Rules): Rules => ({
  ...rules,
  rules: rules.rules.slice(1).map((rule, i) => ('need' in rule && i === 6 ? { ...rule, need: [] } : rule)),
});

/** So many rules that each speak about everything, one of them loosened. */
const wide = (count: number, loose: boolean): Rules =>
  Rules.parse({
    version: 1,
    rules: Array.from({ length: count }, (_, i) => ({
      id: `rule-${i}`,
      match: { risk: ['low', 'medium', 'high', 'critical'] },
      need: [{ count: loose && i === 3 ? 1 : 2, role: 'admin' }],
    })),
  });

type Files = Parameters<typeof rulesEffect>[0];

/** The whole effect of an edit, with 1,000 recorded requests, to the second that people are to wait at most. */
const toOneSecond = (name: string, what: string, edit: () => Files): Bench => ({
  name,
  run: () => {
    const files = edit();
    const base = { sites: [SiteId.parse('home')], at: requestOf(0).at, people: [], recorded: recorded() };
    const took = Array.from({ length: 5 }, () => milliseconds(() => void rulesEffect(files, base)));
    const { whole } = rulesEffect(files, base);
    if (!whole) throw new Error(`the effect of ${what} is known whole`);
    return {
      name: `whole effect of an edit of ${what} and 1,000 recorded requests : one second`,
      ours: median(took),
      baseline: 1000,
      limit: 1,
      unit: 'ms',
    };
  },
});

/** Of rules as people write them. */
export const rulesDiff: Bench = toOneSecond('rules-diff', '200 rules', () => {
  const old = rulesOf(200);
  return [old, edited(old)];
});

/** Of rules that all speak about everything. */
export const rulesDiffWide: Bench = toOneSecond('rules-diff-wide', '1,000 wide rules', () => [
  wide(1000, false),
  wide(1000, true),
]);
