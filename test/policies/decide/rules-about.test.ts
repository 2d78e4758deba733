import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { matches } from '#policies/decide/matches';
import { rulesAbout } from '#policies/decide/rules-about';
import { requests, ruleFiles } from './arbitrary.ts';
import { ruleFile } from './asked.ts';

it('the rules about an action say the same as each rule of the file asked by itself, asked once or again', () => {
  fc.assert(
    fc.property(ruleFiles, requests, (rules, asked) => {
      const request = { ...asked, mode: rules.mode };
      for (const _ of ['once', 'again']) {
        const spoke = rulesAbout(rules, asked.action).map(
          ({ rule, fit }) => [rule.id, fit(request)] as const,
        );
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

it('rules are taken apart once for all who ask, and those that name other actions are not asked', () => {
  const rules = ruleFile([
    { id: 'all', match: { risk: ['high'] }, need: [] },
    { id: 'stop', match: { action: ['guest.stop'] }, need: [] },
    { id: 'both', match: { action: ['guest.start', 'guest.stop'] }, need: [] },
  ]);
  const [stop, start] = [rulesAbout(rules, 'guest.stop'), rulesAbout(rules, 'guest.start')];
  assert.deepEqual(
    [stop, start].map((about) => about.map(({ rule }) => rule.id)),
    [
      ['all', 'stop', 'both'],
      ['all', 'both'],
    ],
  );
  assert.equal(rulesAbout(rules, 'guest.stop'), stop);
  assert.equal(stop[0], start[0]);
});
