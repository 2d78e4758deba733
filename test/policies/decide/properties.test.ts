import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canBeMet } from '#policies/decide/can-be-met';
import { decide, stricter } from '#policies/decide/decide';
import { type Decision, type Granted, grant } from '#policies/decide/decision';
import { fillingBoth } from '#policies/decide/needs';
import type { Person } from '#policies/person';
import { isAtLeastAsStrict } from '#policies/review/strictness';
import type { Rules } from '#policies/rules/schema';
import { omar } from '../people.ts';
import { crowds, needs, requests, ruleFiles } from './arbitrary.ts';

/** All that order must not change. The ids that spoke are a set, and of several noes any may be the one that is told. */
const meaning = (decision: Decision): unknown =>
  decision.verdict === 'refuse'
    ? 'refuse'
    : {
        ...decision,
        rules: decision.rules.toSorted(),
        windows: decision.windows.map(({ name }) => name).toSorted(),
      };

const isGranted = (decision: Decision): decision is Granted => decision.verdict !== 'refuse';

/** Whatever passes `harder` passes `softer`, and so do these people. */
const asksAtLeast = (harder: Decision, softer: Decision, crowd: readonly Person[]): void => {
  assert.ok(isAtLeastAsStrict(harder, softer));
  if (!isGranted(harder) || !isGranted(softer)) return;
  if (canBeMet(harder.needs, crowd, omar)) assert.ok(canBeMet(softer.needs, crowd, omar));
};

const also = (rules: Rules, more: Rules): Rules => ({
  ...rules,
  freezes: [...rules.freezes, ...more.freezes.map((one) => ({ ...one, id: `x-${one.id}` }))],
  rules: [...rules.rules, ...more.rules.map((one) => ({ ...one, id: `x-${one.id}` }))],
});

const RUNS = { numRuns: 2000 };

describe('Whatever the rules and the request,', () => {
  it('the order of rules and freezes has no effect', () => {
    const shuffled = ruleFiles.chain((rules) =>
      fc.record({
        rules: fc.constant(rules),
        other: fc
          .record({
            rules: fc.shuffledSubarray(rules.rules, { minLength: rules.rules.length }),
            freezes: fc.shuffledSubarray(rules.freezes, { minLength: rules.freezes.length }),
          })
          .map((order) => ({ ...rules, ...order })),
      }),
    );
    fc.assert(
      fc.property(shuffled, requests, ({ rules, other }, request) =>
        assert.deepEqual(meaning(decide(other, request)), meaning(decide(rules, request))),
      ),
      RUNS,
    );
  });

  it('adding rules or a freeze never loosens a request that matched', () => {
    fc.assert(
      fc.property(ruleFiles, ruleFiles, requests, crowds, (rules, more, request, crowd) => {
        const before = decide(rules, request);
        const silent = ['no-rule', 'only-tags', 'not-named'];
        if (!isGranted(before) && silent.includes(before.refusal.no)) return;
        asksAtLeast(decide(also(rules, more), request), before, crowd);
      }),
      RUNS,
    );
  });

  it('production never allows what standard refuses, and asks for at least as much', () => {
    fc.assert(
      fc.property(ruleFiles, requests, crowds, (rules, request, crowd) => {
        // A rule about the mode itself speaks in one mode only, so it is left out.
        const set = {
          ...rules,
          rules: rules.rules.filter(({ match }) => !match.mode),
          freezes: rules.freezes.filter(({ match }) => !match?.mode),
        };
        asksAtLeast(
          decide({ ...set, mode: 'production' }, request),
          decide({ ...set, mode: 'standard' }, request),
          crowd,
        );
        assert.equal(decide({ ...set, mode: 'read_only' }, request).verdict, 'refuse');
      }),
      RUNS,
    );
  });

  it('one more tag that anybody can give never loosens it', () => {
    fc.assert(
      fc.property(
        ruleFiles,
        requests,
        crowds,
        fc.constantFrom('prod', 'web', 'lab'),
        (rules, request, crowd, tag) => {
          const [tags, registeredTags] = [
            request.tags ?? [],
            request.registeredTags.filter((one) => one !== tag),
          ];
          const before = decide(rules, { ...request, tags, registeredTags });
          asksAtLeast(decide(rules, { ...request, tags: [...tags, tag], registeredTags }), before, crowd);
        },
      ),
      RUNS,
    );
  });

  it('the order of tags, of groups and of what a rule names has no effect', () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned).toReversed();
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, turned(one)]));
    };
    fc.assert(
      fc.property(ruleFiles, requests, (rules, request) => {
        const { requester, tags } = request;
        const other = {
          ...request,
          tags: tags?.toReversed() ?? null,
          requester: { ...requester, groups: requester.groups.toReversed() },
        };
        const file = { ...rules, rules: turned(rules.rules) as Rules['rules'] }; // the same lists the other way round
        assert.deepEqual(meaning(decide(file, other)), meaning(decide(rules, request)));
      }),
      RUNS,
    );
  });

  it('a fact that becomes unknown never loosens it', () => {
    const unknown = {
      quorum: 'unknown',
      node_online: 'unknown',
      guest_kind: 'unknown',
      power: 'unknown',
      last_backup: 'unknown',
    } as const;
    fc.assert(
      fc.property(ruleFiles, requests, crowds, (rules, request, crowd) => {
        const namesUnknown = JSON.stringify(rules).includes('"unknown"');
        const blind = {
          ...request,
          node: null,
          pool: null,
          tags: null,
          ...(namesUnknown ? {} : { facts: unknown }),
        };
        asksAtLeast(decide(rules, blind), decide(rules, request), crowd);
      }),
      RUNS,
    );
  });

  it('a decision with another one asks for at least as much as each, and with itself for nothing more', () => {
    fc.assert(
      fc.property(ruleFiles, ruleFiles, requests, crowds, (one, two, request, crowd) => {
        const [a, b] = [decide(one, request), decide(two, request)];
        asksAtLeast(stricter(a, b), a, crowd);
        asksAtLeast(stricter(a, b), b, crowd);
        asksAtLeast(a, stricter(a, a), crowd);
      }),
      RUNS,
    );
  });

  it('whoever fills the places of two needs together fills those of each', () => {
    fc.assert(
      fc.property(needs, needs, crowds, (a, b, crowd) => {
        if (!canBeMet(fillingBoth(a, b), crowd, omar)) return;
        assert.ok(canBeMet(a, crowd, omar) && canBeMet(b, crowd, omar));
      }),
      RUNS,
    );
  });

  it('a grant asks nobody exactly when no place is to be filled', () => {
    fc.assert(
      fc.property(ruleFiles, requests, (rules, request) => {
        const decision = decide(rules, request);
        if (isGranted(decision)) assert.equal(decision.verdict, grant(decision, []).verdict);
        if (isGranted(decision)) assert.equal(decision.verdict === 'allow', decision.needs.length === 0);
      }),
      RUNS,
    );
  });
});
