import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clockText } from '#policies/calendar/run-at';
import { momentSince, Since } from '#policies/calendar/since';
import { Zone } from '#policies/calendar/zone';

const BERLIN = Zone.parse('Europe/Berlin');
/** 10:15 in Berlin, the day after the clocks there went back at three in the morning. */
const NOW = Date.UTC(2026, 9, 26, 9, 15);

const read = (text: string, now = NOW): string =>
  clockText(momentSince(Since.parse(text), now, BERLIN), BERLIN).slice(0, 16);

describe('A moment that is over', () => {
  it('is so long ago, by the hours that passed and not by what clocks read', () => {
    assert.equal(read('2h'), '2026-10-26 08:15');
    assert.equal(read('1d'), '2026-10-25 10:15');
    assert.equal(read('2d'), '2026-10-24 11:15');
  });

  it('is this time of day yesterday, or the beginning of today, by the clocks of the zone', () => {
    assert.equal(read('yesterday'), '2026-10-25 10:15');
    assert.equal(read('yesterday', Date.UTC(2026, 9, 25, 9, 15)), '2026-10-24 10:15');
    assert.equal(read('today'), '2026-10-26 00:00');
  });

  it('is the latest time of day up to now: today, or the day before', () => {
    assert.equal(read('10:15'), '2026-10-26 10:15');
    assert.equal(read('10:16'), '2026-10-25 10:16');
    assert.equal(read('02:30'), '2026-10-26 02:30');
  });

  it('is a date from its beginning, or with a time, even one that is ahead', () => {
    assert.equal(read('2026-10-01'), '2026-10-01 00:00');
    assert.equal(read('2026-10-01T18:30'), '2026-10-01 18:30');
    assert.equal(read('2027-01-01'), '2027-01-01 00:00');
  });

  it('is nothing that only looks like one', () => {
    for (const text of ['', 'tomorrow', '+2h', '0h', '2', '24:00', '2026-02-30', 'Yesterday', '-1d', '2w'])
      assert.equal(Since.safeParse(text).success, false, text);
  });
});
