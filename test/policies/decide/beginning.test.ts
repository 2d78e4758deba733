import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Begins } from '#policies/change/state';
import { beginning as beginningAt, leaveToBegin as leaveAt } from '#policies/decide/beginning';
import { decide } from '#policies/decide/decide';
import type { Granted } from '#policies/decide/decision';
import { asked, ruleFile } from './asked.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Wednesday, noon. */
const NOON = Date.UTC(2026, 10, 25, 12);

const windows = {
  night: { from: '22:00', until: '05:00', finish_by: '06:00' },
  early: { from: '04:00', until: '08:00' },
  lunch: { from: '11:00', until: '13:00' },
};

/** The terms of rules that all match, one a window. */
const terms = (more: object, ...names: readonly string[]): Granted => {
  const rules = [undefined, ...names].map((window, no) => ({
    id: `r${no}`,
    match: { risk: ['high'] },
    need: [{ count: 1, role: 'admin' }],
    ...more,
    ...(window === undefined ? {} : { window }),
  }));
  const decision = decide(ruleFile(rules, { zone: 'UTC', windows }), asked());
  return decision.verdict === 'refuse' ? assert.fail() : decision;
};

/** Without a set time. */
const beginning = (granted: Granted, since: number) => beginningAt(granted, { since, runAt: null });
const leaveToBegin = (granted: Granted, agreed: Begins, now: number) =>
  leaveAt(granted, agreed, { runAt: null, now });

describe('what was agreed to begins', () => {
  it('at once and for as long as a plan may wait, where nothing holds it', () => {
    const free = terms({ expires: '20m' });
    const begins = { since: NOON, from: NOON, until: NOON + 20 * MINUTE };
    assert.deepEqual(beginning(free, NOON), begins);
    assert.deepEqual(leaveToBegin(free, begins, NOON), { until: begins.until, finishBy: null });
  });

  it('after its rest, to the millisecond, and waits from then on', () => {
    const rested = terms({ expires: '20m', cooldown: '5m' });
    const begins = { since: NOON, from: NOON + 5 * MINUTE, until: NOON + 25 * MINUTE };
    assert.deepEqual(beginning(rested, NOON), begins);
    assert.equal(leaveToBegin(rested, begins, begins.from - 1), null);
    assert.deepEqual(leaveToBegin(rested, begins, begins.from), { until: begins.until, finishBy: null });
  });

  it('when its window opens, and no more when that closes', () => {
    const night = terms({ expires: '20m' }, 'night');
    const opens = NOON + 10 * HOUR;
    const begins = { since: NOON, from: opens, until: opens + 20 * MINUTE };
    assert.deepEqual(beginning(night, NOON), begins);
    assert.equal(leaveToBegin(night, begins, opens - 1), null);
    assert.deepEqual(leaveToBegin(night, begins, opens), {
      until: begins.until,
      finishBy: opens + 8 * HOUR,
    });
    const long = terms({ expires: '9h' }, 'night');
    assert.equal(beginning(long, NOON)?.until, opens + 7 * HOUR);
    const late = { ...begins, until: opens + 9 * HOUR };
    assert.equal(leaveToBegin(long, late, opens)?.until, opens + 7 * HOUR);
  });

  it('while its window is open already, where it is', () => {
    const lunch = terms({ expires: '20m', cooldown: '5m' }, 'lunch');
    assert.deepEqual(beginning(lunch, NOON), {
      since: NOON,
      from: NOON + 5 * MINUTE,
      until: NOON + 25 * MINUTE,
    });
    const rest = terms({ expires: '20m', cooldown: '1h' }, 'lunch');
    assert.equal(beginning(rest, NOON)?.from, NOON + 23 * HOUR, 'it is closed when it has rested');
  });

  it('only while all its windows are open, and never where they are not', () => {
    const both = terms({ expires: '20m' }, 'night', 'early');
    const opens = NOON + 16 * HOUR;
    assert.equal(beginning(both, NOON)?.from, opens);
    assert.deepEqual(leaveToBegin(both, { since: NOON, from: opens, until: opens + HOUR }, opens), {
      until: opens + HOUR,
      finishBy: opens + 2 * HOUR,
    });
    const never = terms({}, 'lunch', 'night');
    assert.equal(beginning(never, NOON), null);
    assert.equal(leaveToBegin(never, { since: NOON, from: NOON, until: NOON + HOUR }, NOON), null);
  });

  it('not before what the rules of now say, whatever was agreed to', () => {
    const begins = { since: NOON, from: NOON, until: NOON + HOUR };
    assert.equal(leaveToBegin(terms({ cooldown: '5m' }), begins, NOON), null);
    assert.equal(leaveToBegin(terms({}, 'night'), begins, NOON), null);
  });
});
