import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { matches } from '#policies/decide/matches';
import { rulesAbout } from '#policies/decide/rules-about';
import { requests, ruleFiles } from './arbitrary.ts';

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
