import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { windowFindings } from '#policies/review/lint/window-findings';
import { ruleFile } from '../../decide/asked.ts';

const AT = Date.parse('2026-11-25T12:00Z');
const HOUR = 3_600_000;
const need = [{ count: 1, role: 'admin' }];

const rest = {
  zone: 'UTC',
  windows: {
    night: { from: '22:00', until: '05:00' },
    late: { from: '23:00', until: '03:00' },
    noon: { from: '11:00', until: '13:00' },
    weekly: { days: ['thu'], from: '12:00', until: '18:00' },
  },
};

const STOP = { action: ['guest.stop'] };
/** Quick to answer, and votes that hold long, so that only what a test is about is found. */
const rule = (id: string, window: string | undefined, more: object = {}) => ({
  id,
  match: STOP,
  need,
  window,
  expires: '1h',
  vote_valid_for: '30d',
  ...more,
});

const look = (...rules: readonly object[]) => windowFindings(ruleFile(rules, rest), AT);
const APART = [{ lint: 'windows-apart', rules: ['a', 'b'], windows: ['night', 'noon'] }];

/** What is found of two rules about these, whose windows are never open together. */
const meeting = (a: object, b: object) =>
  look(rule('a', 'night', { match: a }), rule('b', 'noon', { match: b }));

describe('Windows of rules that may apply to one request', () => {
  it('are apart where they are never open together, and not where they are or are the same', () => {
    assert.deepEqual(look(rule('a', 'night'), rule('b', 'noon')), APART);
    assert.deepEqual(look(rule('a', 'night'), rule('b', 'late')), []);
    assert.deepEqual(look(rule('a', 'night'), rule('b', 'night')), []);
    assert.deepEqual(look(rule('a', 'night'), rule('b', undefined)), []);
    const deny = { id: 'no', match: STOP, deny: 'no' };
    assert.deepEqual(look(rule('a', 'night'), deny, rule('b', 'noon')), APART);
  });

  it('are apart where the rules have one of several choices in common', () => {
    assert.deepEqual(meeting({ action: ['guest.stop', 'guest.start'] }, STOP), APART);
    assert.deepEqual(meeting(STOP, { risk: ['high', 'low'] }), APART);
    assert.deepEqual(meeting({ pool: ['a', 'b'] }, { pool: ['b', 'c'] }), APART);
    assert.deepEqual(meeting({ vmid: ['100-199'] }, { vmid: ['150-249'] }), APART);
  });

  it('do not matter where no request fits both rules', () => {
    for (const [a, b] of [
      [STOP, { action: ['guest.start'] }],
      [{ risk: ['high'] }, { risk: ['low'] }],
      [{ role: ['admin'] }, { role: ['operator'] }],
      [{ mode: ['standard'] }, { mode: ['production'] }],
      [{ pool: ['a'] }, { pool: ['b'] }],
      [{ vmid: [101] }, { vmid: [102] }],
      [{ node: ['pve1'] }, { node: ['pve2'] }],
    ] as const)
      assert.deepEqual(meeting(a, b), [], JSON.stringify([a, b]));
    const never = { action: ['rules.change'], pool: ['a'] };
    assert.deepEqual(meeting(never, { risk: ['critical'] }), []);
    assert.deepEqual(meeting({ risk: ['critical'] }, never), []);
    assert.deepEqual(meeting(never, never), []);
  });
});

describe('A window and the times of its rule', () => {
  it('fit where an answer comes at the latest when it shuts, and a vote holds until it opens again', () => {
    assert.deepEqual(look(rule('a', 'night', { expires: '7h', vote_valid_for: '17h' })), []);
    assert.deepEqual(look(rule('a', 'weekly', { vote_valid_for: '162h' })), []);
  });

  it('do not fit where the answer may come later than that', () => {
    const finding = { lint: 'expires-beyond-window', rule: 'a', expires: 8 * HOUR, lasts: 7 * HOUR };
    assert.deepEqual(look(rule('a', 'night', { expires: '8h' })), [finding]);
    const short = ruleFile([{ id: 'a', match: STOP, need, window: 'w' }], {
      zone: 'UTC',
      windows: { w: { from: '12:00', until: '12:20' } },
    });
    assert.deepEqual(
      windowFindings(short, AT).map(({ lint }) => lint),
      ['expires-beyond-window'],
      'half an hour is usual',
    );
  });

  it('do not fit where a vote is too old by then, unless nobody votes', () => {
    const finding = (holds: number, waits: number) => ({
      lint: 'votes-grow-stale',
      rule: 'a',
      holds: holds * HOUR,
      waits: waits * HOUR,
    });
    assert.deepEqual(look(rule('a', 'night', { vote_valid_for: '16h' })), [finding(16, 17)]);
    assert.deepEqual(look(rule('a', 'weekly', { vote_valid_for: undefined })), [finding(24, 162)]);
    assert.deepEqual(look(rule('a', 'night', { vote_valid_for: '16h', need: [] })), []);
  });
});
