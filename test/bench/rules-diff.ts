import { SiteId } from '#policies/ids';
import { corpusOf, type Trial } from '#policies/review/corpus';
import { decideBy, effectDiff } from '#policies/review/diff';
import { rulesEffect } from '#policies/review/rules-effect';
import { Rules } from '#policies/rules/schema';
import { requestOf, rulesOf } from './decide.ts';
import { type Bench, median, milliseconds, race, time } from './row.ts';

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

/** The effect of an edited file of 200 rules on 1,000 recorded requests; the two decisions on each as the baseline. */
export const rulesDiff: Bench = {
  name: 'rules-diff',
  run: () => {
    const [old, corpus] = [rulesOf(200), recorded()];
    const next = edited(old);
    const took = race(11, {
      ours: () => void effectDiff([old, next], corpus),
      baseline: () => {
        for (const { request } of corpus) for (const rules of [old, next]) decideBy(rules, request);
      },
    });
    const base = { site: SiteId.parse('home'), at: requestOf(0).at, people: [] };
    let grid: readonly Trial[] = [];
    const making = milliseconds(() => {
      grid = corpusOf([old, next], base).trials;
    });
    const trying = milliseconds(() => void effectDiff([old, next], grid));
    return {
      name: 'effect of a rule file over 1,000 recorded requests : two decisions on each',
      ...took,
      limit: 2,
      unit: 'ms',
      notes: [
        `with a grid of ${grid.length} made-up requests: ${time(making)} to make, ${time(trying)} to try`,
      ],
    };
  },
};

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

/** The whole effect of an edit of 1,000 rules that all speak about everything, to the second that people are to wait at most. */
export const rulesDiffWide: Bench = {
  name: 'rules-diff-wide',
  run: () => {
    const files = [wide(1000, false), wide(1000, true)] as const;
    const base = { sites: [SiteId.parse('home')], at: requestOf(0).at, people: [], recorded: recorded() };
    const took = Array.from({ length: 5 }, () => milliseconds(() => void rulesEffect(files, base)));
    const { whole } = rulesEffect(files, base);
    if (!whole) throw new Error('the effect of wide rules is known whole');
    return {
      name: 'whole effect of an edit of 1,000 wide rules and 1,000 recorded requests : one second',
      ours: median(took),
      baseline: 1000,
      limit: 1,
      unit: 'ms',
    };
  },
};
