import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { clockText, FURTHEST, momentOf, notAhead, RunAt } from '#policies/calendar/run-at';
import { localTime, Zone } from '#policies/calendar/zone';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const berlin = Zone.parse('Europe/Berlin');
const at = (text: string): number => Date.parse(text);
const means = (text: string, now: string, zone = berlin): string =>
  new Date(momentOf(RunAt.parse(text), at(now), zone)).toISOString().slice(0, 16);

describe('A time that something is asked for at', () => {
  it('is a time of day, a date with one, or so long from now; nothing else', () => {
    for (const text of ['02:30', '00:00', '23:59', '2026-11-26T02:30', '+90s', '+2h', '+7d'])
      assert.ok(RunAt.safeParse(text).success, text);
    for (const text of [
      '',
      '2:30',
      '24:00',
      '02:60',
      '2h',
      '+0h',
      '-2h',
      '+2 h',
      'tomorrow',
      '2026-11-26',
      '2026-02-30T02:30',
      '2026-11-26 02:30',
      '2026-11-26T02:30Z',
      '2026-11-26T02:30+01:00',
      '02:30 ',
      '+002026-11-26T02:30',
    ])
      assert.ok(!RunAt.safeParse(text).success, text);
  });

  it('is read, refused and told without an exception, whatever was typed', () => {
    const year = fc.integer({ min: 0, max: 9999 }).map((number) => String(number).padStart(4, '0'));
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[0-9T:+-]{1,17}$/),
      year.map((one) => `${one}-02-29T02:30`),
      year.map((one) => `${one}-10-25T23:59`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = RunAt.safeParse(text);
        if (!read.success) return;
        const now = at('2026-11-25T12:00Z');
        const moment = momentOf(read.data, now, berlin);
        assert.match(clockText(moment, berlin), /^\S+ \d\d:\d\d Europe\/Berlin$/);
        if (notAhead(moment, now) === null) assert.ok(moment > now && moment <= now + FURTHEST);
      }),
      { numRuns: 1000 },
    );
  });

  it('of the day is the next one: later today, or tomorrow when it is over', () => {
    assert.equal(means('20:00', '2026-11-25T12:00Z'), '2026-11-25T19:00');
    assert.equal(means('02:30', '2026-11-25T12:00Z'), '2026-11-26T01:30');
    assert.equal(means('13:00', '2026-11-25T12:00Z'), '2026-11-26T12:00');
  });

  it('from now is so long by a stopwatch, whatever clocks do meanwhile', () => {
    assert.equal(means('+2h', '2026-11-25T12:00Z'), '2026-11-25T14:00');
    assert.equal(means('+1d', '2026-03-28T12:00Z'), '2026-03-29T12:00', 'clocks skip an hour that night');
  });

  it('that clocks jump over is the moment of the jump', () => {
    assert.equal(means('02:30', '2026-03-28T20:00Z'), '2026-03-29T01:00');
    assert.equal(means('2026-03-29T02:30', '2026-03-28T20:00Z'), '2026-03-29T01:00');
    const lordHowe = Zone.parse('Australia/Lord_Howe');
    assert.equal(means('2026-10-04T02:15', '2026-10-03T00:00Z', lordHowe), '2026-10-03T15:30');
    const cairo = Zone.parse('Africa/Cairo');
    assert.equal(means('2026-04-24T00:30', '2026-04-23T00:00Z', cairo), '2026-04-23T22:00');
  });

  it('that clocks show twice is the first of the two, and once that is over the one of the next day', () => {
    assert.equal(means('02:30', '2026-10-24T20:00Z'), '2026-10-25T00:30');
    assert.equal(means('2026-10-25T02:30', '2026-10-24T20:00Z'), '2026-10-25T00:30');
    assert.equal(means('02:30', '2026-10-25T00:45Z'), '2026-10-26T01:30');
  });

  it('is refused when it is over or more than a week away', () => {
    const now = at('2026-11-25T12:00Z');
    assert.equal(notAhead(now, now), 'past');
    assert.equal(notAhead(now + 1, now), null);
    assert.equal(notAhead(now + FURTHEST, now), null);
    assert.equal(notAhead(now + FURTHEST + 1, now), 'too-far');
  });

  it('is told with the zone whose clocks it is of', () => {
    assert.equal(clockText(at('2026-11-26T01:30Z'), berlin), '2026-11-26 02:30 Europe/Berlin');
    assert.equal(clockText(at('2026-11-26T01:30Z'), Zone.parse('UTC')), '2026-11-26 01:30 UTC');
  });

  /** Zones with jumps of an hour and of half an hour, at night and at midnight, in both halves of the year. */
  const ZONES = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'America/Santiago',
    'Pacific/Chatham',
    'Asia/Kathmandu',
    'UTC',
  ].map((name) => Zone.parse(name));

  /** Moments within three days of a change of the clock somewhere in 2026. */
  const moments = fc
    .tuple(
      fc.constantFrom(
        '03-08',
        '03-29',
        '04-05',
        '04-24',
        '09-06',
        '09-27',
        '10-04',
        '10-25',
        '10-29',
        '11-01',
      ),
      fc.integer({ min: -72 * 60, max: 72 * 60 }),
    )
    .map(([day, minutes]) => at(`2026-${day}T00:00Z`) + minutes * MINUTE);
  const minutesOfDay = fc.integer({ min: 0, max: 1439 });
  const two = (number: number): string => String(number).padStart(2, '0');

  /** What clocks read, as a text that sorts as the clocks go. */
  const reads = (moment: number, zone: Zone): string => localTime(moment, zone).toString().slice(0, 16);

  /** Minute for minute, from three hours before it by the clocks near it: the first moment that reads `local` or later. */
  const bruteForce = (local: string, near: number, zone: Zone): number => {
    const offset = at(`${reads(near, zone)}Z`) - Math.floor(near / MINUTE) * MINUTE;
    let moment = at(`${local}Z`) - offset - 3 * HOUR;
    assert.ok(reads(moment, zone) < local);
    while (reads(moment, zone) < local) moment += MINUTE;
    return moment;
  };

  it('with a date is the first moment at which clocks read it or later, minute for minute, in every zone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moments, minutesOfDay, (zone, near, minutes) => {
        const local = `${reads(near, zone).slice(0, 10)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
        assert.equal(momentOf(RunAt.parse(local), near, zone), bruteForce(local, near, zone));
      }),
      { numRuns: 150 },
    );
  });

  it('of the day is the soonest after now among all days, minute for minute, in every zone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moments, minutesOfDay, (zone, now, minutes) => {
        const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
        // By half days: a whole one would step over the day that is an hour short, from 23:00 to the 00:00 after it.
        const days = [-2, -1, 0, 1, 2, 3, 4].map((half) => reads(now + half * 12 * HOUR, zone).slice(0, 10));
        const all = [...new Set(days)].map((day) => bruteForce(`${day}T${time}`, now, zone));
        assert.equal(
          momentOf(RunAt.parse(time), now, zone),
          Math.min(...all.filter((moment) => moment > now)),
        );
      }),
      { numRuns: 60 },
    );
  });
});
