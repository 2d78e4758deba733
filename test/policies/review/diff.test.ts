import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SiteId } from '#policies/ids';
import { corpusOf, type Trial } from '#policies/review/corpus';
import { decideBy, effectDiff } from '#policies/review/diff';
import { coversBetween, isAtLeastAsStrict } from '#policies/review/strictness';
import type { Rules } from '#policies/rules/schema';
import { requests, ruleFiles } from '../decide/arbitrary.ts';
import { preset, ruleFile } from '../decide/asked.ts';
import { EVERYBODY } from '../people.ts';

const base = { site: SiteId.parse('home'), at: Date.UTC(2026, 10, 25, 12), people: EVERYBODY };
const diff = (old: Rules, next: Rules) => effectDiff([old, next], corpusOf([old, next], base).trials);
const trials = fc
  .array(requests, { maxLength: 5 })
  .map((list) => list.map((request): Trial => ({ request, person: null, where: {}, change: null })));

const stop = (more: object) => ({
  id: 'stop',
  match: { action: ['guest.stop'] },
  need: [{ count: 1, role: 'admin' }],
  ...more,
});
const looser = (old: Rules, next: Rules) => diff(old, next).filter(({ direction }) => direction === 'looser');

describe('The effect of another rule file', () => {
  it('a file has none on itself', () => {
    fc.assert(
      fc.property(ruleFiles, (rules) => assert.deepEqual(diff(rules, rules), [])),
      { numRuns: 10 },
    );
    for (const name of ['two-person', 'one-admin']) assert.deepEqual(diff(preset(name), preset(name)), []);
  });

  it('is looser exactly when a request of the corpus passes that did not, or on weaker terms', () => {
    fc.assert(
      fc.property(ruleFiles, ruleFiles, trials, (old, next, recorded) => {
        const corpus = [...recorded, ...corpusOf([old, next], base).trials.slice(0, 300)];
        const covers = coversBetween(next, old);
        const weaker = corpus.some(
          ({ request }) => !isAtLeastAsStrict(decideBy(next, request), decideBy(old, request), covers),
        );
        const said = effectDiff([old, next], corpus).some(({ direction }) => direction === 'looser');
        assert.equal(said, weaker);
      }),
      { numRuns: 30 },
    );
  });

  it('is looser when what was taken back unless it was kept just stays, later, or by more people', () => {
    const revert = (after: string, keep_by: string) => ruleFile([stop({ revert: { after, keep_by } })]);
    const [strong, slow, wide] = [
      revert('3m', 'anyone_who_may_approve'),
      revert('4m', 'anyone_who_may_approve'),
      revert('3m', 'requester'),
    ];
    for (const weaker of [slow, wide, ruleFile([stop({})])]) {
      assert.ok(looser(strong, weaker).length > 0);
      assert.ok(diff(weaker, strong).every(({ direction }) => direction === 'tighter'));
    }
  });

  it('adding a rule or a freeze never is looser where a rule spoke before', () => {
    fc.assert(
      fc.property(ruleFiles, ruleFiles, (old, more) => {
        const next = {
          ...old,
          freezes: [...old.freezes, ...more.freezes.map((one) => ({ ...one, id: `x-${one.id}` }))],
          rules: [...old.rules, ...more.rules.map((one) => ({ ...one, id: `x-${one.id}` }))],
        };
        const silent = ['no-rule', 'only-tags', 'not-named'];
        for (const { before } of looser(old, next))
          assert.ok(before.verdict === 'refuse' && silent.includes(before.refusal.no));
      }),
      { numRuns: 8 },
    );
  });

  it('tells which action by whom, from which places to which', () => {
    const rows = diff(ruleFile([stop({})]), ruleFile([stop({ need: [] })]));
    assert.deepEqual(
      rows.map(({ action, role, direction, where, before, after }) => ({
        action,
        role,
        direction,
        where,
        before: before.verdict,
        after: after.verdict,
      })),
      ['operator', 'admin'].map((role) => ({
        action: 'guest.stop',
        role,
        direction: 'looser',
        where: {},
        before: 'ask',
        after: 'allow',
      })),
    );
  });

  it('tells when so much was changed that not everything was tried', () => {
    const many = (need: readonly object[], count: number): Rules =>
      ruleFile(
        Array.from({ length: count }, (_, no) => ({ id: `r${no}`, match: { tag: [`t${no}`] }, need })),
      );
    const whole = (count: number): boolean =>
      corpusOf([many([], count), many([{ count: 1, role: 'admin' }], count)], { ...base, people: [] }).whole;
    assert.equal(whole(10), true);
    assert.equal(whole(40), false);
  });

  const NET = { groups: { net: ['ada'] } };
  const net = { need: [{ count: 1, group: 'net' }] };
  const cases: readonly (readonly [what: string, old: Rules, next: Rules])[] = [
    [
      'a deny for one guest is gone',
      ruleFile([stop({}), { id: 'no', match: { vmid: ['150-199'] }, deny: 'no' }]),
      ruleFile([stop({})]),
    ],
    [
      'a deny covers fewer guests',
      ruleFile([stop({}), { id: 'no', match: { vmid: ['100-199'] }, deny: 'no' }]),
      ruleFile([stop({}), { id: 'no', match: { vmid: ['100-150'] }, deny: 'no' }]),
    ],
    [
      'a rule for a tag is gone',
      ruleFile([stop({}), { id: 'prod', match: { tag: ['prod'] }, need: [{ count: 2, role: 'admin' }] }]),
      ruleFile([stop({})]),
    ],
    [
      'a group got another member',
      ruleFile([stop(net)], NET),
      ruleFile([stop(net)], { groups: { net: ['ada', 'omar'] } }),
    ],
    [
      'somebody may ask as a member',
      ruleFile([stop({ who: { group: 'net' } })], NET),
      ruleFile([stop({ who: { group: 'net' } })], { groups: { net: ['ada', 'omar'] } }),
    ],
    [
      'a freeze ends earlier',
      ruleFile([stop({})], {
        zone: 'UTC',
        freezes: [{ id: 'x', from: '2026-12-01', until: '2026-12-20', reason: 'x' }],
      }),
      ruleFile([stop({})], {
        zone: 'UTC',
        freezes: [{ id: 'x', from: '2026-12-01', until: '2026-12-10', reason: 'x' }],
      }),
    ],
    [
      'a window is wider',
      ruleFile([stop({ window: 'w' })], { zone: 'UTC', windows: { w: { from: '22:00', until: '05:00' } } }),
      ruleFile([stop({ window: 'w' })], { zone: 'UTC', windows: { w: { from: '21:00', until: '05:00' } } }),
    ],
    [
      'production became standard',
      ruleFile([stop({ need: [] })], { mode: 'production' }),
      ruleFile([stop({ need: [] })]),
    ],
    [
      'a fact that nobody knows is no longer a no',
      ruleFile([
        stop({}),
        { id: 'b', match: { action: ['guest.stop'], fact: { quorum: ['yes', 'no'] } }, need: [] },
      ]),
      ruleFile([stop({})]),
    ],
    [
      'a rule for two fields at once is gone',
      ruleFile([stop({}), { id: 'no', match: { pool: ['db'], node: ['pve1'] }, deny: 'no' }]),
      ruleFile([stop({})]),
    ],
    [
      'a deny for guests is gone that only a rule for a pool lets be stopped',
      ruleFile([
        { id: 'db', match: { pool: ['db'] }, need: [] },
        { id: 'no', match: { vmid: ['150-199'] }, deny: 'no' },
      ]),
      ruleFile([{ id: 'db', match: { pool: ['db'] }, need: [] }]),
    ],
  ];
  for (const [what, old, next] of cases)
    it(`is looser when ${what}, and the way back is not`, () => {
      assert.ok(looser(old, next).length > 0);
      assert.deepEqual(looser(next, old), []);
      assert.ok(diff(next, old).length > 0);
    });
});
