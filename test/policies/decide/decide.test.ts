import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { canBeMet, type Decision, decide, stricter } from '#policies/decide/decide';
import type { DecisionRequest } from '#policies/decide/request';
import { NodeName } from '#policies/ids';
import { RISKS } from '#policies/risk';
import { type Rule, Rules } from '#policies/rules/schema';
import { Target } from '#policies/target';
import { ada, EVERYBODY, ivan, omar, somebody, vera } from '../people.ts';

const preset = (name: string): Rules =>
  Rules.parse(
    parse(readFileSync(new URL(`../../../policies/rules/presets/${name}.yaml`, import.meta.url), 'utf8')),
  );
const target = Target.parse({ kind: 'guest', site: 'home', vmid: 101 });
const node = NodeName.parse('pve1');
const request = (more: Partial<DecisionRequest> = {}): DecisionRequest => ({
  action: 'guest.stop',
  target,
  risk: 'high',
  node,
  tags: [],
  requester: omar,
  ...more,
});
const rules = (...list: readonly unknown[]): Rules => Rules.parse({ version: 1, rules: list });

describe('decide', () => {
  it('no rule that matches means no', () => {
    const decision = decide(rules(), request());
    assert.deepEqual(decision, { verdict: 'refuse', refusal: { no: 'no-rule' }, rules: [] });
  });

  it('deny beats everything', () => {
    const decision = decide(
      rules(
        { id: 'yes', match: { risk: ['high'] }, need: [] },
        { id: 'never', match: { vmid: ['100-199'] }, deny: 'not these' },
      ),
      request(),
    );
    assert.deepEqual(decision.verdict === 'refuse' && decision.refusal, {
      no: 'denied',
      rule: 'never',
      text: 'not these',
    });
  });

  it('a rule that looks at an unknown fact ends in no, also when another rule would allow it', () => {
    const both = rules(
      { id: 'yes', match: { risk: ['high'] }, need: [] },
      { id: 'prod', match: { tag: ['prod'] }, need: [] },
    );
    assert.equal(decide(both, request()).verdict, 'allow');
    assert.deepEqual(decide(both, request({ tags: null })).verdict, 'refuse');
  });

  it('two-person asks an admin for a stop, and two people for a destruction', () => {
    const stop = decide(preset('two-person'), request());
    assert.deepEqual(stop.verdict === 'ask' && stop.needs, [{ count: 1, role: 'admin' }]);
    const destroy = decide(
      preset('two-person'),
      request({ action: 'guest.destroy', risk: 'critical', requester: ada }),
    );
    assert.equal(destroy.verdict === 'ask' && destroy.needs.length, 2);
  });

  it('a viewer can ask for nothing, in both presets', () => {
    for (const name of ['two-person', 'one-admin'])
      for (const risk of RISKS)
        assert.equal(
          decide(preset(name), request({ requester: vera, risk })).verdict,
          'refuse',
          `${name} ${risk}`,
        );
  });

  it('one-admin asks nobody when the admin asks, and the admin when an operator does', () => {
    assert.equal(decide(preset('one-admin'), request({ requester: ada })).verdict, 'allow');
    assert.equal(decide(preset('one-admin'), request()).verdict, 'ask');
  });

  it('an approval that nobody could give is seen before anybody is asked', () => {
    const needs = [{ count: 2, role: 'admin' as const }];
    assert.equal(canBeMet(needs, EVERYBODY, omar), true);
    assert.equal(canBeMet(needs, EVERYBODY, ada), false);
    assert.equal(canBeMet(needs, [ada, { ...ivan, disabled: true }, omar], omar), false);
  });

  const match = fc.oneof(
    fc.record({ risk: fc.uniqueArray(fc.constantFrom(...RISKS), { minLength: 1 }) }),
    fc.record({ vmid: fc.constantFrom(['100-199'], ['200-299'], [101]) }),
    fc.record({ role: fc.uniqueArray(fc.constantFrom('operator', 'admin'), { minLength: 1 }) }),
    fc.record({ tag: fc.constantFrom(['prod'], ['web']) }),
  );
  const need = fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    role: fc.constantFrom('operator', 'admin'),
  });
  const body = fc.oneof(
    fc.record({ match, need: fc.array(need, { maxLength: 2 }), expires: fc.constantFrom('5m', '1h') }),
    fc.record({ match, deny: fc.constant('no') }),
  );
  const ruleSets = fc
    .array(body, { maxLength: 6 })
    .map((list) => rules(...list.map((rule, index) => ({ id: `r${index}`, ...rule }))));
  const requests = fc.constantFrom(...RISKS).chain((risk) =>
    fc
      .record({
        risk: fc.constant(risk),
        tags: fc.constantFrom([], ['prod'], ['web']),
        requester: fc.constantFrom(omar, ada),
      })
      .map(request),
  );

  it('order of rules has no effect', () => {
    fc.assert(
      fc.property(ruleSets, requests, fc.integer(), (set, asked, seed) => {
        const shuffled = {
          ...set,
          rules: [...set.rules].sort(
            (a, b) =>
              Math.sin(seed + a.id.length + a.id.charCodeAt(1)) -
              Math.sin(seed + b.id.length + b.id.charCodeAt(1)),
          ),
        };
        const [one, two] = [decide(set, asked), decide(shuffled, asked)];
        assert.equal(one.verdict, two.verdict);
        if (one.verdict !== 'refuse' && two.verdict !== 'refuse')
          assert.deepEqual(
            [one.needs, one.expires, one.voteValidFor],
            [two.needs, two.expires, two.voteValidFor],
          );
      }),
    );
  });

  const hardness = { allow: 0, ask: 1, refuse: 2 } as const;
  it('adding a rule never loosens a request that matched', () => {
    fc.assert(
      fc.property(ruleSets, ruleSets, requests, (set, more, asked) => {
        const before = decide(set, asked);
        if (before.verdict === 'refuse' && before.refusal.no === 'no-rule') return;
        const added: Rule[] = more.rules.map((rule) => ({ ...rule, id: `x-${rule.id}` }));
        const after = decide({ ...set, rules: [...set.rules, ...added] }, asked);
        assert.ok(hardness[after.verdict] >= hardness[before.verdict]);
        if (before.verdict === 'refuse' || after.verdict === 'refuse') return;
        assert.ok(after.expires <= before.expires);
        const count = (needs: readonly { count: number }[]) => needs.reduce((sum, one) => sum + one.count, 0);
        assert.ok(count(after.needs) >= count(before.needs));
      }),
    );
  });

  it('whoever satisfies two decisions together satisfies each, and a decision with itself is itself', () => {
    const need = fc.oneof(
      fc.record({
        count: fc.integer({ min: 1, max: 2 }),
        role: fc.constantFrom('admin' as const, 'operator'),
      }),
      fc.record({ count: fc.constant(1), group: fc.constantFrom('net', 'db') }),
    );
    const key = (one: object): string =>
      'role' in one ? String(one.role) : 'group' in one ? String(one.group) : '';
    const asking = fc
      .uniqueArray(need, { maxLength: 3, selector: key })
      .map((needs): Decision => ({ verdict: 'ask', needs, expires: 1, voteValidFor: 1, rules: [] }));
    const person = fc.record({
      role: fc.constantFrom('admin' as const, 'operator', 'viewer'),
      groups: fc.subarray(['net', 'db']),
    });
    const crowd = fc.array(person, { maxLength: 6 });
    const needsOf = (decision: Decision) => ('needs' in decision ? decision.needs : assert.fail());
    fc.assert(
      fc.property(asking, asking, crowd, (a, b, some) => {
        const people = some.map((more, no) => somebody(`p${no}`, more.role, { groups: more.groups }));
        const filled = (decision: Decision) => canBeMet(needsOf(decision), people, omar);
        if (filled(stricter(a, b))) assert.ok(filled(a) && filled(b));
        assert.equal(filled(stricter(a, a)), filled(a));
      }),
    );
  });
});
