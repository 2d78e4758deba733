import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matches } from '#policies/decide/matches';
import type { DecisionRequest } from '#policies/decide/request';
import { rulesAbout } from '#policies/decide/rules-about';
import { Target } from '#policies/target';
import { ada } from '../people.ts';
import { requests, ruleFiles } from './arbitrary.ts';
import { asked, ruleFile } from './asked.ts';

it('the rules about an action say the same as each rule of the file asked by itself, asked once or again', () => {
  fc.assert(
    fc.property(ruleFiles, requests, (rules, given) => {
      const request = { ...given, mode: rules.mode };
      for (const _ of ['once', 'again']) {
        const spoke = rulesAbout(rules, request).map(({ rule, fit }) => [rule.id, fit(request)] as const);
        const alone = rules.rules.map(({ id, match }) => [id, matches(match, request)] as const);
        assert.deepEqual(
          spoke.filter(([, fit]) => fit !== false),
          alone.filter(([, fit]) => fit !== false),
        );
      }
    }),
    { numRuns: 1000 },
  );
});

const RULES = ruleFile([
  { id: 'all', match: { risk: ['high'] }, need: [] },
  { id: 'stop', match: { action: ['guest.stop'] }, need: [] },
  { id: 'both', match: { action: ['guest.start', 'guest.stop'] }, need: [] },
  { id: 'low', match: { risk: ['low', 'medium'] }, need: [] },
  { id: 'admins', match: { role: ['admin', 'viewer'] }, need: [] },
  { id: 'low-for-operators', match: { risk: ['low'], role: ['operator'] }, need: [] },
  { id: 'at-101', match: { vmid: ['100-101'] }, need: [] },
  { id: 'around-101', match: { vmid: [100, '102-110'] }, need: [] },
  { id: 'below', match: { vmid: [100] }, need: [] },
  { id: 'above', match: { vmid: ['102-110'] }, need: [] },
  { id: 'prod', match: { tag: ['web', 'prod'] }, need: [] },
  { id: 'test', match: { tag: ['test'] }, need: [] },
]);

const namesAbout = (more: Partial<DecisionRequest> = {}): readonly string[] =>
  rulesAbout(RULES, { ...asked(more), mode: 'standard' }).map(({ rule }) => rule.id);

const OF_101 = ['all', 'stop', 'both', 'at-101', 'around-101'];

describe('A rule is not asked', () => {
  it('that names other actions', () =>
    assert.deepEqual(
      namesAbout({ action: 'guest.start' }),
      OF_101.filter((id) => id !== 'stop'),
    ));

  it('that is for another risk, another role or other guests', () => {
    assert.deepEqual(namesAbout(), OF_101);
    assert.deepEqual(namesAbout({ risk: 'medium' }), ['stop', 'both', 'low', 'at-101', 'around-101']);
    assert.deepEqual(namesAbout({ risk: 'low' }).includes('low-for-operators'), true);
    assert.deepEqual(namesAbout({ requester: ada }), [
      'all',
      'stop',
      'both',
      'admins',
      'at-101',
      'around-101',
    ]);
    const node = Target.parse({ kind: 'node', site: 'home', node: 'pve1' });
    assert.deepEqual(namesAbout({ target: node }), ['all', 'stop', 'both']);
  });

  it('that looks at tags of which the guest has none', () => {
    assert.deepEqual(namesAbout({ tags: ['prod'] }), [...OF_101, 'prod']);
    assert.deepEqual(namesAbout({ tags: ['test', 'web'] }), [...OF_101, 'prod', 'test']);
  });

  it('only where it can be told: of unknown tags every rule is asked', () =>
    assert.deepEqual(namesAbout({ tags: null }), [...OF_101, 'prod', 'test']));
});

it('rules about the same are taken apart once', () => {
  const match = { risk: ['high'], tag: ['prod'] };
  const rules = ruleFile([
    { id: 'one', match: { action: ['guest.stop'], ...match }, need: [] },
    { id: 'two', match, need: [] },
    { id: 'other', match: { ...match, site: ['home'] }, need: [] },
  ]);
  const [one, two, other] = rulesAbout(rules, { ...asked({ tags: null }), mode: 'standard' });
  assert.equal(one?.fit, two?.fit);
  assert.notEqual(one?.fit, other?.fit);
});

it('what the rules were taken apart for is kept for the next who asks', () => {
  const request = { ...asked(), mode: 'standard' } as const;
  assert.equal(rulesAbout(RULES, request)[0], rulesAbout(RULES, request)[0]);
});

it('a tag that is taken for another at a glance is told apart', () => {
  const rules = ruleFile(
    Array.from({ length: 400 }, (_, i) => ({ id: `rule-${i}`, match: { tag: [`team-${i}`] }, need: [] })),
  );
  const request = { ...asked({ tags: ['team-7'] }), mode: 'standard' } as const;
  const about = rulesAbout(rules, request);
  assert.ok(about.length > 1 && about.length < 40, `${about.length} of 400 are looked at closely`);
  assert.deepEqual(
    about.filter(({ fit }) => fit(request) !== false).map(({ rule }) => rule.id),
    ['rule-7'],
  );
});
