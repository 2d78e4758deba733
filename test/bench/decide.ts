import { decide } from '#policies/decide/decide';
import type { DecisionRequest } from '#policies/decide/request';
import { NodeName, SiteId, Vmid } from '#policies/ids';
import { Rules } from '#policies/rules/schema';
import { asked } from '../policies/decide/asked.ts';
import { type Bench, race } from './row.ts';

const DECISIONS = 2000;

/** So many rules as people write them: by action, tag, guest range, node and risk. */
export const rulesOf = (count: number): Rules =>
  Rules.parse({
    version: 1,
    rules: Array.from({ length: count }, (_, i) => {
      const matches = [
        { risk: ['high'], role: ['operator'] },
        { action: ['guest.stop', 'guest.shutdown'], tag: [`team-${i}`] },
        { vmid: [`${100 + i * 10}-${109 + i * 10}`] },
        { node: [`pve${i % 8}`], risk: ['critical'] },
        { tag: [`owner-${i}`, 'prod'], action: ['guest.destroy'] },
      ];
      return { id: `rule-${i}`, match: matches[i % matches.length], need: [{ count: 1, role: 'admin' }] };
    }),
  });

/** The i-th of requests that all ask for an admin. */
export const requestOf = (i: number): DecisionRequest =>
  asked({
    target: { kind: 'guest', site: SiteId.parse('home'), vmid: Vmid.parse(100 + (i % 1000)) },
    platform: 'telegram',
    node: NodeName.parse(`pve${i % 8}`),
    tags: ['prod', `team-${i % 100}`],
  });

const loop = (set: Rules, count: number) => {
  const requests = Array.from({ length: count }, (_, i) => requestOf(i));
  return (): void => {
    for (const one of requests)
      if (decide(set, one).verdict !== 'ask') throw new Error('every request asks for an admin');
  };
};

/** What one more rule costs (ns), between two sets of rules and the time that so many decisions took with each (ms). */
const perRule = (took: { ours: number; baseline: number }, decisions: number, rules: number): string =>
  `${(((took.ours - took.baseline) / decisions / rules) * 1e6).toFixed(0)} ns a rule`;

/** Decisions a second with 200 rules; with 10 rules as the baseline, so that the cost of one rule shows. */
export const decisions: Bench = {
  name: 'decide',
  run: () => {
    const took = race(21, { ours: loop(rulesOf(200), DECISIONS), baseline: loop(rulesOf(10), DECISIONS) });
    return {
      name: 'decisions with 200 rules : with 10',
      ours: DECISIONS / (took.ours / 1000),
      baseline: DECISIONS / (took.baseline / 1000),
      limit: null,
      unit: 'decisions/s',
      notes: [perRule(took, DECISIONS, 190)],
    };
  },
};

/** What a rule costs among 5,000 and among 200 (ns): it must not cost more where there are more. */
export const decisionsOfMany: Bench = {
  name: 'decide-many',
  run: () => {
    const few = DECISIONS / 10;
    const many = race(11, { ours: loop(rulesOf(5000), few), baseline: loop(rulesOf(200), few) });
    const some = race(11, { ours: loop(rulesOf(200), DECISIONS), baseline: loop(rulesOf(10), DECISIONS) });
    return {
      name: 'cost of a rule among 5,000 : among 200',
      ours: ((many.ours - many.baseline) / few / 4800) * 1e6,
      baseline: ((some.ours - some.baseline) / DECISIONS / 190) * 1e6,
      limit: 1.5,
      unit: 'ns',
      notes: [`${(few / (many.ours / 1000)).toFixed(0)} decisions/s with 5,000 rules`],
    };
  },
};
