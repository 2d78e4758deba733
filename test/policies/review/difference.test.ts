import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedRules, differenceOf, mayDiffer } from '#policies/review/difference';
import { boundless, spend, wholeEffort } from '#policies/review/effort';
import type { Rules } from '#policies/rules/schema';
import { asked, ruleFile } from '../decide/asked.ts';

const stop = { id: 'stop', match: { action: ['guest.stop'] }, need: [{ count: 1, role: 'admin' }] };
const start = { id: 'start', match: { action: ['guest.start'] }, need: [] };
const free = { ...stop, need: [] };
const ids = (rules: ReturnType<typeof changedRules>): readonly string[] => rules.map(({ id }) => id);

describe('What sets two rule files apart', () => {
  it('is nothing where only the order of rules, the order of sections or the caps differ', () => {
    const file = ruleFile([stop, start], { zone: 'UTC', groups: { net: ['ada'] } });
    assert.deepEqual(
      differenceOf([file, ruleFile([start, stop], { groups: { net: ['ada'] }, zone: 'UTC' })]),
      [],
    );
    const turned: Rules = Object.assign(
      {},
      ...Object.entries(file)
        .toReversed()
        .map(([key, value]) => ({ [key]: value })),
    );
    assert.deepEqual(differenceOf([file, turned]), []);
    const capped = ruleFile([stop, start], { zone: 'UTC', groups: { net: ['ada'] }, caps: { open: 7 } });
    assert.deepEqual(differenceOf([file, capped]), []);
  });

  it('is the rules that are in one of them alone, from both', () => {
    assert.deepEqual(ids(differenceOf([ruleFile([stop]), ruleFile([stop, start])]) ?? []), ['start']);
    assert.deepEqual(ids(differenceOf([ruleFile([stop, start]), ruleFile([stop])]) ?? []), ['start']);
    const edited = changedRules([ruleFile([stop, start]), ruleFile([free, start])]);
    assert.deepEqual(
      edited.map((rule) => 'need' in rule && rule.need.length),
      [1, 0],
    );
  });

  it('is everything where anything around the rules differs, whatever the rules say', () => {
    const more = [
      { mode: 'production' },
      { sites: { home: { mode: 'read_only' } } },
      { groups: { net: ['ada'] } },
      { zone: 'UTC', freezes: [{ id: 'x', from: '2026-12-24', until: '2026-12-26', reason: 'x' }] },
    ];
    for (const section of more)
      for (const rules of [[stop], [free]])
        assert.equal(
          differenceOf([ruleFile([stop]), ruleFile(rules, section)]),
          null,
          JSON.stringify(section),
        );
  });

  it('is looked at only by requests that a rule of it speaks about, or may', () => {
    const [old, next] = [ruleFile([stop, start]), ruleFile([free, start])];
    const difference = differenceOf([old, next]);
    assert.equal(mayDiffer(difference, [old, next], asked()), true);
    assert.equal(mayDiffer(difference, [old, next], asked({ action: 'guest.start' })), false);
    assert.equal(mayDiffer([], [old, old], asked()), false);
    assert.equal(mayDiffer(null, [old, next], asked({ action: 'guest.start' })), true);
  });

  it('may matter where it cannot be told whether its rule speaks', () => {
    const pool = { id: 'pool', match: { pool: ['db'] }, deny: 'no' };
    const files = [ruleFile([stop]), ruleFile([stop, pool])] as const;
    const difference = differenceOf(files);
    assert.equal(mayDiffer(difference, files, asked({ pool: null })), true);
  });

  it('is asked about with the groups and the mode of the file', () => {
    const ofGroup = { id: 'net', match: { group: ['net'] }, need: [] };
    const inMode = { id: 'careful', match: { mode: ['production'] }, deny: 'no' };
    const around = { groups: { net: ['omar'] }, mode: 'production' };
    const files = (rule: object) => [ruleFile([stop], around), ruleFile([stop, rule], around)] as const;
    for (const rule of [ofGroup, inMode])
      assert.equal(mayDiffer(differenceOf(files(rule)), files(rule), asked()), true);
    const standard = [ruleFile([stop]), ruleFile([stop, inMode])] as const;
    assert.equal(mayDiffer(differenceOf(standard), standard, asked()), false);
  });
});

describe('The effort of a comparison', () => {
  it('may be spent to the last, and is cut for good by one more', () => {
    const effort = { left: 5, cut: false };
    assert.deepEqual([spend(effort, 2), spend(effort, 3), effort.cut], [true, true, false]);
    assert.deepEqual([spend(effort, 1), effort.cut, spend(effort, 0)], [false, true, false]);
  });

  it('is counted for two files, and never ends where it has no bound', () => {
    const whole = wholeEffort();
    assert.ok(Number.isFinite(whole.left) && whole.left > 0 && !whole.cut);
    const endless = boundless();
    assert.deepEqual([spend(endless, 1e15), spend(endless, 1e15), endless.cut], [true, true, false]);
  });
});
