import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MODES } from '#policies/mode';
import { ROLES } from '#policies/person';
import { isPartOf, shadowedRules } from '#policies/review/lint/shadowed';
import { RISKS } from '#policies/risk';
import { Match } from '#policies/rules/match';
import { ruleFile } from '../../decide/asked.ts';

const part = (inner: object, outer: object): boolean => isPartOf(Match.parse(inner), Match.parse(outer));

const POOL = { pool: ['a'] };
const vmid = (...ranges: readonly (string | number)[]) => ({ vmid: ranges });
const power = (...answers: readonly string[]) => ({ fact: { power: answers } });

describe('A match that is part of another', () => {
  const yes: readonly (readonly [object, object])[] = [
    [POOL, POOL],
    [POOL, { pool: ['b', 'a'] }],
    [{ ...POOL, node: ['pve1'] }, POOL],
    [POOL, { ...POOL, risk: RISKS }],
    [POOL, { ...POOL, role: ROLES }],
    [POOL, { ...POOL, mode: MODES }],
    [{ risk: ['high'] }, { risk: RISKS }],
    [vmid('100-199'), vmid('100-199')],
    [vmid('100-150', 170), vmid('100-199')],
    [vmid(160), vmid('100-149', '150-199')],
    [power('running'), power('running', 'stopped')],
    [{ fact: { power: ['running'], quorum: ['yes'] } }, power('running')],
  ];
  const not: readonly (readonly [object, object])[] = [
    [POOL, { pool: ['b'] }],
    [{ pool: ['a', 'b'] }, POOL],
    [{ node: ['pve1'] }, POOL],
    [POOL, { ...POOL, node: ['pve1'] }],
    [POOL, { ...POOL, risk: ['low', 'high'] }],
    [POOL, { ...POOL, role: ['admin'] }],
    [POOL, { ...POOL, mode: ['standard'] }],
    [vmid('100-150', 250), vmid('100-199')],
    [vmid('150-250'), vmid('100-199')],
    [vmid('100-199'), vmid('101-199')],
    [vmid('100-199'), vmid('100-198')],
    [power('running', 'stopped'), power('running')],
    [power('running'), { fact: { power: ['running'], quorum: ['yes'] } }],
    [{ fact: { quorum: ['yes'] } }, power('running')],
    [POOL, power('running')],
  ];
  for (const [inner, outer] of yes)
    it(`is ${JSON.stringify(inner)} of ${JSON.stringify(outer)}`, () =>
      assert.equal(part(inner, outer), true));
  for (const [inner, outer] of not)
    it(`is not ${JSON.stringify(inner)} of ${JSON.stringify(outer)}`, () =>
      assert.equal(part(inner, outer), false));
});

const STOP = { action: ['guest.stop'] };
const need = [{ count: 1, role: 'admin' }];

/** What is found of a rule that stands below another. */
const below = (other: object, rule: object, rest: object = {}) =>
  shadowedRules(
    ruleFile(
      [
        { id: 'other', match: STOP, ...other },
        { id: 'rule', match: STOP, ...rule },
      ],
      rest,
    ),
  ).filter((finding) => finding.lint === 'shadowed' && finding.rule === 'rule');

const SUPERFLUOUS = [{ lint: 'shadowed', rule: 'rule', by: 'other', unless: [] }];

describe('A rule below another that asks for as much', () => {
  const groups = { net: ['ada'], web: ['ada'] };
  const [operator, admin, net, web] = [
    { role: 'operator' },
    { role: 'admin' },
    { group: 'net' },
    { group: 'web' },
  ];

  it('is superfluous where whoever may ask by the other may ask by it', () => {
    for (const [strong, weak] of [
      [undefined, undefined],
      [admin, undefined],
      [net, undefined],
      [admin, operator],
      [net, net],
    ])
      assert.deepEqual(below({ need, who: strong }, { need, who: weak }, { groups }), SUPERFLUOUS);
  });

  it('is needed where it lets fewer people ask, or others', () => {
    for (const [strong, weak] of [
      [undefined, operator],
      [undefined, net],
      [operator, admin],
      [admin, net],
      [net, admin],
      [net, web],
    ])
      assert.deepEqual(below({ need, who: strong }, { need, who: weak }, { groups }), []);
  });

  it('is superfluous below a no, and a no is never superfluous below what asks', () => {
    assert.deepEqual(below({ deny: 'no' }, { need }), SUPERFLUOUS);
    assert.deepEqual(below({ deny: 'no' }, { deny: 'never' }), SUPERFLUOUS);
    assert.deepEqual(below({ need }, { deny: 'no' }), []);
  });

  it('is needed in production where it alone names its action', () => {
    const production = { mode: 'production' };
    const all = { match: { risk: ['high'] }, need };
    const named = { match: { ...STOP, risk: ['high'] }, need };
    assert.deepEqual(below(all, named), SUPERFLUOUS);
    assert.deepEqual(below(all, named, production), []);
    assert.deepEqual(below(all, { ...all, match: { ...all.match, pool: ['a'] } }, production).length, 1);
    const more = { match: { action: ['guest.stop', 'guest.start'] }, need };
    assert.deepEqual(below(more, { need }, production), SUPERFLUOUS);
  });

  it('is still needed where only it looks at what may be unknown', () => {
    const unless = (field: string, value: unknown, other: object = {}): unknown =>
      below({ match: { ...STOP, ...other }, need }, { match: { ...STOP, [field]: value }, need }).map(
        (finding) => finding.lint === 'shadowed' && finding.unless,
      );
    for (const field of ['node', 'pool', 'tag']) {
      assert.deepEqual(unless(field, ['a']), [[field]]);
      assert.deepEqual(unless(field, ['a'], { [field]: ['a', 'b'] }), [[]]);
    }
    assert.deepEqual(unless('fact', { power: ['running'] }), [['fact']]);
    assert.deepEqual(unless('vmid', [101]), [[]]);
  });
});
