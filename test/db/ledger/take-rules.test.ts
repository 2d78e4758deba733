import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { queryAudit } from '#db/audit/query';
import type { Complaint } from '#db/config/read-config';
import { rulesNow } from '#db/ledger/rules-in-force';
import { complaintsOf, doBuiltInHold, rulesFileNow, waitingRules } from '#db/ledger/rules-seen';
import { notices } from '#db/ledger/schema/chats';
import { takeRules } from '#db/ledger/take-rules';
import type { Notice } from '#policies/notice';
import { no, ok } from '#policies/result';
import { EMPTY } from '#policies/rules/built-in';
import type { Rules } from '#policies/rules/schema';
import { preset, ruleFile } from '../../policies/decide/asked.ts';
import { openStage, type Stage } from './stage.ts';

const OPS = [{ platform: 'test', chat: 'ops' }];
const BROKEN: Complaint[] = [{ at: 'rules', line: 3, expected: 'a list' }];

/** Stops, and nothing else, by so many operators. */
const stops = (count: number, rest: object = {}): Rules =>
  ruleFile(
    [
      {
        id: 'stop',
        match: { action: ['guest.stop'] },
        need: count === 0 ? [] : [{ count, role: 'operator' }],
      },
    ],
    rest,
  );

describe('what a look at the rule file leads to', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage([], stops(1));
    takeRules(stage.ledger, ok(stops(1)), OPS);
  });
  afterEach(() => stage.close());
  const take = (rules: Rules) => takeRules(stage.ledger, ok(rules), OPS);
  const breakIt = (complaints = BROKEN) => takeRules(stage.ledger, no(complaints), OPS);
  const told = () =>
    stage.ledger.db.orm
      .select()
      .from(notices)
      .all()
      .map(({ notice }) => (JSON.parse(notice) as Notice).notice); // written by putNotice

  const needed = () => {
    const rule = rulesNow(stage.ledger)?.rules.rules[0];
    return rule && 'need' in rule ? (rule.need[0]?.count ?? 0) : null;
  };

  it('rules that were in force before this was watched are no news', () => {
    assert.deepEqual(told(), []);
  });

  it('is told once of each thing that the file comes to say', () => {
    for (const rules of [stops(2), stops(2), stops(0), stops(0)]) take(rules);
    breakIt();
    breakIt();
    breakIt([{ at: '', line: null, expected: 'something else' }]);
    take(stops(2));
    assert.deepEqual(told(), [
      'rules-in-force',
      'rules-waiting',
      'rules-broken',
      'rules-broken',
      'rules-as-before',
    ]);
  });

  it('a broken file lets nothing wait, and keeps where it is wrong', () => {
    take(stops(0));
    assert.ok(waitingRules(stage.ledger));
    breakIt();
    assert.equal(waitingRules(stage.ledger), null);
    const seen = rulesFileNow(stage.ledger);
    assert.deepEqual(seen && complaintsOf(seen), BROKEN);
    assert.equal(needed(), 1);
    assert.equal(doBuiltInHold(stage.ledger), false);
  });

  it('is on record, whichever way it goes', () => {
    take(stops(0));
    breakIt();
    take(stops(3));
    const kinds = queryAudit(stage.ledger.db, { limit: 3 }).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['rules.in-force', 'rules.broken', 'rules.waiting']);
  });

  it('a preset that became looser in another version of Quorate waits like any other file', () => {
    take(preset('two-person'));
    assert.ok(waitingRules(stage.ledger));
  });

  it('caps that let people ask for more wait, and narrower ones hold at once', () => {
    const capped = (open: number) => stops(1, { caps: { open } });
    take(capped(60));
    assert.equal(told().at(-1), 'rules-waiting');
    take(capped(40));
    assert.equal(told().at(-1), 'rules-in-force');
  });

  it('a stand-in that is new waits, and one that is taken away goes at once', () => {
    const standing = { zone: 'UTC', stand_ins: [{ for: 'ada', by: 'omar', until: '2030-01-01' }] };
    take(stops(1, standing));
    assert.equal(told().at(-1), 'rules-waiting');
    stage.close();
    stage = openStage([], stops(1, standing));
    take(stops(1, standing));
    take(stops(1, { zone: 'UTC' }));
    assert.equal(told().at(-1), 'rules-in-force');
  });

  it('a section that no request shows counts as looser where it differs', () => {
    const next: Rules & { stranger: string } = { ...stops(1), stranger: 'of a later version' };
    take(next);
    assert.equal(told().at(-1), 'rules-waiting');
  });

  it('a section that was unknown when the rules in force were kept is no difference where the file leaves it out', () => {
    const old: { -readonly [K in keyof Rules]?: Rules[K] } = { ...stops(1) };
    delete old.freezes;
    stage.rule({ ...EMPTY, ...old });
    take(stops(1));
    assert.equal(waitingRules(stage.ledger), null);
  });

  it('edits alone never make what is in force ask for less, whatever is written in whatever order', () => {
    const edit = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 4 }) },
      { weight: 1, arbitrary: fc.constant('broken' as const) },
    );
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        const play = openStage([], stops(1));
        try {
          let least = 1;
          for (const one of edits) {
            takeRules(play.ledger, one === 'broken' ? no(BROKEN) : ok(stops(one)), OPS);
            if (one !== 'broken') least = Math.max(least, one);
            const rule = rulesNow(play.ledger)?.rules.rules[0];
            assert.ok(rule && 'need' in rule);
            assert.equal(rule.need[0]?.count ?? 0, least);
          }
        } finally {
          play.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});
