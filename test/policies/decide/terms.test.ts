import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canBeKept } from '#policies/decide/can-be-met';
import { decide, stricter } from '#policies/decide/decide';
import type { Granted } from '#policies/decide/decision';
import { RISKS } from '#policies/risk';
import { ada } from '../people.ts';
import { asked, ruleFile } from './asked.ts';

const HOUR = 3_600_000;
const all = { match: { risk: [...RISKS] } };
const free = { id: 'free', ...all, need: [] };
const alone = { id: 'alone', ...all, alone: true, cooldown: '2m' };
const admin = [{ count: 1, role: 'admin' as const }];

const granted = (
  rules: readonly object[],
  rest: object = {},
  request = asked({ requester: ada }),
): Granted => {
  const decision = decide(ruleFile(rules, rest), request);
  return decision.verdict === 'refuse' ? assert.fail(decision.refusal.no) : decision;
};

/** What a rule that says nothing comes to: half an hour to agree in, and votes that hold for a day. */
const NOTHING: Granted = {
  verdict: 'allow',
  rules: ['free'],
  needs: [],
  expires: HOUR / 2,
  voteValidFor: 24 * HOUR,
  cooldown: 0,
  reason: false,
  confirm: false,
  secondFactor: false,
  alone: false,
  windows: [],
  revert: null,
  glass: null,
};

describe('The terms of a request', () => {
  it('are the least there is where the rules that match ask for nothing', () => {
    assert.deepEqual(granted([free]), NOTHING);
  });

  it('are never longer than the default because one rule of several says so', () => {
    const long = { ...free, id: 'long', expires: '2h', vote_valid_for: '48h' };
    const { expires, voteValidFor } = granted([free, long]);
    assert.deepEqual([expires, voteValidFor], [HOUR / 2, 24 * HOUR]);
    const only = granted([long]);
    assert.deepEqual([only.expires, only.voteValidFor], [2 * HOUR, 48 * HOUR]);
  });

  it('mark it as done alone where one rule says so and none wants anybody', () => {
    assert.equal(granted([alone, free]).alone, true);
    assert.equal(granted([free, alone]).alone, true);
    assert.equal(granted([alone, { ...free, need: admin }]).alone, false);
    assert.equal(granted([free]).alone, false);
  });

  it('name a window once, however many rules want it', () => {
    const windows = { night: { from: '22:00', until: '05:00' }, early: { from: '04:00', until: '06:00' } };
    const by = (...names: readonly string[]) =>
      granted(
        names.map((window, no) => ({ ...free, id: `w${no}`, window })),
        { zone: 'UTC', windows },
      ).windows.map(({ name, zone }) => [name, zone]);
    assert.deepEqual(by('night', 'early', 'night'), [
      ['night', 'UTC'],
      ['early', 'UTC'],
    ]);
  });
});

describe('Terms that keep those of two decisions', () => {
  const both = (a: Granted, b: Granted): Granted => {
    const decision = stricter(a, b);
    return decision.verdict === 'refuse' ? assert.fail() : decision;
  };

  it('are the stricter of each kind, whichever of them says it', () => {
    const a = { ...NOTHING, expires: 1, cooldown: 5, reason: true, secondFactor: true };
    const b = {
      ...NOTHING,
      voteValidFor: 2,
      confirm: true,
      revert: { after: 9, keepBy: 'requester' as const },
    };
    const expected = { ...a, voteValidFor: 2, confirm: true, revert: b.revert };
    assert.deepEqual(both(a, b), expected);
    assert.deepEqual(both(b, a), expected);
    assert.deepEqual(both(NOTHING, NOTHING), NOTHING);
  });

  it('are alone where either is, until the other one wants somebody', () => {
    const by = { ...NOTHING, alone: true };
    assert.deepEqual([both(by, NOTHING).alone, both(NOTHING, by).alone], [true, true]);
    const asks = { ...NOTHING, verdict: 'ask' as const, needs: admin };
    assert.deepEqual([both(by, asks).alone, both(asks, by).alone], [false, false]);
    assert.equal(both(asks, by).verdict, 'ask');
  });

  it('open in the windows of both, each named once', () => {
    const windows = { night: { from: '22:00', until: '05:00' }, early: { from: '04:00', until: '06:00' } };
    const within = (window: string) => granted([{ ...free, window }], { zone: 'UTC', windows });
    const names = (a: Granted, b: Granted) => both(a, b).windows.map(({ name }) => name);
    assert.deepEqual(names(within('night'), within('early')), ['night', 'early']);
    assert.deepEqual(names(within('night'), within('night')), ['night']);
  });
});

describe('In production', () => {
  const risky = (risk: (typeof RISKS)[number], long: object = {}) =>
    granted(
      [{ ...free, match: { action: ['guest.destroy'] }, ...long }],
      { mode: 'production' },
      {
        ...asked({ requester: ada, action: 'guest.destroy' }),
        risk,
      },
    );

  it('each risk asks for its least, whatever the rules leave out', () => {
    const operator = { count: 1, role: 'operator' as const };
    const careful = { ...NOTHING, verdict: 'ask' as const, confirm: true, reason: true };
    assert.deepEqual(risky('low'), NOTHING);
    assert.deepEqual(risky('medium'), { ...NOTHING, verdict: 'ask', needs: [operator] });
    assert.deepEqual(risky('high'), { ...careful, needs: admin });
    assert.deepEqual(risky('critical'), { ...careful, needs: [...admin, operator] });
  });

  it('only what is of low risk may wait for longer than half an hour', () => {
    const long = { expires: '2h', vote_valid_for: '12h' };
    const expires = RISKS.map((risk) => risky(risk, long).expires / HOUR);
    assert.deepEqual(expires, [2, 0.5, 0.5, 0.5]);
  });
});

describe('What is taken back unless it is kept', () => {
  const revert = (keepBy: 'requester' | 'anyone_who_may_approve') => ({ after: 1, keepBy });

  it('needs somebody who may keep it: whoever asked, or those who had to agree', () => {
    assert.equal(canBeKept({ revert: revert('requester'), needs: [] }), true);
    assert.equal(canBeKept({ revert: revert('anyone_who_may_approve'), needs: admin }), true);
    assert.equal(canBeKept({ revert: revert('anyone_who_may_approve'), needs: [] }), false);
    assert.equal(canBeKept({ revert: null, needs: [] }), true, 'nothing has to be kept');
  });
});
