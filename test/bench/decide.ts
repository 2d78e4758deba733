import { decide } from '#policies/decide/decide';
import type { DecisionRequest } from '#policies/decide/request';
import { NodeName, PersonId, SiteId, Vmid } from '#policies/ids';
import { Rules } from '#policies/rules/schema';
import { type Bench, race } from './row.ts';

const DECISIONS = 2000;

/** So many rules as people write them: by action, tag, guest range, node and risk. */
const rules = (count: number): Rules =>
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

const request = (i: number): DecisionRequest => ({
  action: 'guest.stop',
  at: Date.UTC(2026, 10, 25, 12),
  target: { kind: 'guest', site: SiteId.parse('home'), vmid: Vmid.parse(100 + (i % 1000)) },
  risk: 'high',
  platform: 'telegram',
  pool: '',
  registeredTags: [],
  facts: {
    quorum: 'yes',
    node_online: 'yes',
    guest_kind: 'qemu',
    power: 'running',
    last_backup: 'within-a-day',
  },
  node: NodeName.parse(`pve${i % 8}`),
  tags: ['prod', `team-${i % 100}`],
  requester: {
    id: PersonId.parse('omar'),
    name: 'Omar',
    role: 'operator',
    groups: [],
    locale: '',
    disabled: false,
  },
});

/** Decisions a second with 200 rules; with 10 rules as the baseline, so that the cost of one rule shows. */
export const decisions: Bench = {
  name: 'decide',
  run: () => {
    const requests = Array.from({ length: DECISIONS }, (_, i) => request(i));
    const loop = (set: Rules) => (): void => {
      for (const one of requests)
        if (decide(set, one).verdict !== 'ask') throw new Error('every request asks for an admin');
    };
    const took = race(21, { ours: loop(rules(200)), baseline: loop(rules(10)) });
    const each = ((took.ours - took.baseline) / DECISIONS / 190) * 1e6;
    return {
      name: 'decisions with 200 rules : with 10',
      ours: DECISIONS / (took.ours / 1000),
      baseline: DECISIONS / (took.baseline / 1000),
      limit: null,
      unit: 'decisions/s',
      notes: [`${each.toFixed(0)} ns a rule`],
    };
  },
};
