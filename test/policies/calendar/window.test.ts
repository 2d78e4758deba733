import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { commonOpening } from '#policies/calendar/common-opening';
import { openingFrom, Window } from '#policies/calendar/window';
import { localTime, Zone } from '#policies/calendar/zone';

const berlin = Zone.parse('Europe/Berlin');
const window = (text: object): Window => Window.parse(text);
const at = (text: string): number => Date.parse(text);
const text = (moment: number): string => new Date(moment).toISOString().slice(0, 16);
const from = (what: Window, moment: string, zone = berlin): readonly [string, string] | null => {
  const opening = openingFrom(what, at(moment), zone);
  return opening && [text(opening.from), text(opening.until)];
};

describe('A window', () => {
  const night = window({ days: ['mon', 'tue', 'wed', 'thu'], from: '22:00', until: '05:00' });

  it('lasts over midnight into a day that it does not name', () => {
    assert.deepEqual(from(night, '2026-11-26T22:30Z'), ['2026-11-26T21:00', '2026-11-27T04:00']);
    assert.deepEqual(from(night, '2026-11-27T03:59Z'), ['2026-11-26T21:00', '2026-11-27T04:00']);
  });

  it('is closed from its last minute on, and opens on the next day that it names', () => {
    assert.deepEqual(from(night, '2026-11-27T04:00Z'), ['2026-11-30T21:00', '2026-12-01T04:00']);
  });

  it('that lies in the hour that clocks skip opens a week later, and one that begins in it at the jump', () => {
    const skipped = window({ days: ['sun'], from: '02:15', until: '02:45' });
    assert.deepEqual(from(skipped, '2026-03-28T12:00Z'), ['2026-04-05T00:15', '2026-04-05T00:45']);
    assert.deepEqual(
      from(skipped, '2026-03-22T02:00Z'),
      ['2026-04-05T00:15', '2026-04-05T00:45'],
      'asked a fortnight before',
    );
    const late = window({ days: ['sun'], from: '02:30', until: '05:00' });
    assert.deepEqual(from(late, '2026-03-28T12:00Z'), ['2026-03-29T01:00', '2026-03-29T03:00']);
  });

  it('in the hour that clocks show twice opens once, the first time', () => {
    const twice = window({ days: ['sun'], from: '02:15', until: '02:45' });
    assert.deepEqual(from(twice, '2026-10-24T12:00Z'), ['2026-10-25T00:15', '2026-10-25T00:45']);
    assert.deepEqual(from(twice, '2026-10-25T01:20Z'), ['2026-11-01T01:15', '2026-11-01T01:45']);
  });

  it('over the night in which clocks go back is an hour longer, over the other an hour shorter', () => {
    const daily = window({ from: '22:00', until: '05:00' });
    assert.deepEqual(from(daily, '2026-10-24T21:00Z'), ['2026-10-24T20:00', '2026-10-25T04:00']);
    assert.deepEqual(from(daily, '2026-03-28T22:00Z'), ['2026-03-28T21:00', '2026-03-29T03:00']);
  });

  it('of a whole day opens again at the moment it closes, in a zone whose midnight is skipped too', () => {
    const day = window({ from: '00:00', until: '24:00' });
    // Cairo skipped 2026-04-24 00:00 to 01:00: https://data.iana.org/time-zones/tzdb/africa
    const cairo = Zone.parse('Africa/Cairo');
    const before = openingFrom(day, at('2026-04-23T12:00Z'), cairo);
    assert.ok(before);
    const next = openingFrom(day, before.until, cairo);
    assert.equal(next?.from, before.until);
    assert.equal(text(before.until), '2026-04-23T22:00');
  });

  it('says when all must be over, which may be after its last start', () => {
    const opening = openingFrom(
      window({ from: '22:00', until: '04:30', finish_by: '05:00' }),
      at('2026-11-25T23:00Z'),
      berlin,
    );
    assert.equal(opening?.finishBy, at('2026-11-26T04:00Z'));
  });

  it('may be over by the hour at which it opened, which is that of the next day', () => {
    const day = window({ from: '22:00', until: '05:00', finish_by: '22:00' });
    const opening = openingFrom(day, at('2026-11-25T23:00Z'), berlin);
    assert.equal(opening?.finishBy, at('2026-11-26T21:00Z'));
  });

  for (const [wrong, where, what] of [
    [{ from: '22:00', until: '22:00' }, 'until', /another time/],
    [{ from: '24:00', until: '05:00' }, 'from', /before 24:00/],
    [{ from: '22:00', until: '05:00', finish_by: '04:00' }, 'finish_by', /not before/],
    [{ from: 1320, until: '05:00' }, 'from', /in quotes/],
    [{ from: '7:00', until: '25:00' }, 'from', /^a time of day such as "22:00"$/],
    [{ from: 'at 22:00', until: '23:00' }, 'from', /^a time of day such as "22:00"$/],
    [{ from: '22:00 sharp', until: '23:00' }, 'from', /^a time of day such as "22:00"$/],
    [{ days: ['monday'], from: '07:00', until: '08:00' }, 'days.0', /./],
  ] as const)
    it(`is refused at ${where} when it is ${JSON.stringify(wrong)}`, () => {
      const read = Window.safeParse(wrong);
      assert.ok(!read.success);
      assert.equal(read.error.issues[0]?.path.join('.'), where);
      assert.match(read.error.issues[0]?.message ?? '', what);
    });

  const times = fc.integer({ min: 0, max: 95 }).map((quarter) => {
    const [hour, minute] = [Math.floor(quarter / 4), (quarter % 4) * 15];
    return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  });
  const days = fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], { minLength: 1 });
  const windows = fc
    .record({ days, from: times, until: times })
    .filter((one) => one.from !== one.until)
    .map(window);
  const zones = fc
    .constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Africa/Cairo',
      'UTC',
    )
    .map((name) => Zone.parse(name));
  const moments = fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2027-12-31T00:00Z') });

  /** The plain reading of a rule, by the wall clock alone; right except in hours that are skipped or shown twice. */
  const clockSays = (
    { days: named, from: start, until: end }: Window,
    moment: number,
    zone: Zone,
  ): boolean => {
    const local = localTime(moment, zone);
    const minute = local.hour * 60 + local.minute;
    const yesterday = ((local.dayOfWeek + 5) % 7) + 1;
    return (
      (named.includes(local.dayOfWeek) && minute >= start && minute < end) ||
      (named.includes(yesterday) && minute + 1440 >= start && minute + 1440 < end)
    );
  };

  it('is open when the wall clock says so, but never twice in an hour that is shown twice', () => {
    fc.assert(
      fc.property(windows, moments, zones, (what, moment, zone) => {
        const opening = openingFrom(what, moment, zone);
        const open = opening !== null && opening.from <= moment;
        if (open) assert.ok(clockSays(what, moment, zone) || shownTwice(moment, zone));
        else if (clockSays(what, moment, zone)) assert.ok(shownTwice(moment, zone));
      }),
      { numRuns: 2000 },
    );
  });

  /** Within two hours of a moment at which clocks went back. */
  const shownTwice = (moment: number, zone: Zone): boolean => {
    const hour = 3_600_000;
    const offset = (when: number): number => Date.parse(`${localTime(when, zone).toString()}Z`) - when;
    return offset(moment - 2 * hour) > offset(moment + 2 * hour);
  };

  it('that is closed says when it opens, and nothing before that is open', () => {
    fc.assert(
      fc.property(
        windows,
        moments,
        zones,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (what, moment, zone, part) => {
          const opening = openingFrom(what, moment, zone);
          assert.ok(opening);
          assert.deepEqual(openingFrom(what, opening.from, zone), opening);
          if (opening.from <= moment) return;
          const between = Math.floor(moment + (opening.from - moment) * part);
          assert.deepEqual(openingFrom(what, between, zone), opening);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('together with others is open exactly when each is', () => {
    const few = fc.array(windows, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(few, moments, zones, (some, moment, zone) => {
        const all = some.map((one, no) => ({ name: `w${no}`, window: one, zone }));
        const common = commonOpening(all, moment);
        const each = some.map((one) => openingFrom(one, moment, zone));
        const open = common !== null && common.from <= moment;
        assert.equal(
          open,
          each.every((one) => one !== null && one.from <= moment),
        );
        if (common === null) return;
        for (const one of some) {
          const there = openingFrom(one, common.from, zone);
          assert.ok(there && there.from <= common.from && there.until >= common.until);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('that never meets another one is never open with it, and no window at all is always open', () => {
    const never = [
      window({ days: ['mon'], from: '01:00', until: '02:00' }),
      window({ days: ['tue'], from: '01:00', until: '02:00' }),
    ];
    const zoned = never.map((one, no) => ({ name: `w${no}`, window: one, zone: berlin }));
    assert.equal(commonOpening(zoned, at('2026-11-25T12:00Z')), null);
    assert.deepEqual(commonOpening([], at('2026-11-25T12:00Z')), {
      from: Number.NEGATIVE_INFINITY,
      until: Number.POSITIVE_INFINITY,
      finishBy: null,
    });
  });

  const zonedOf = (...some: readonly Window[]) =>
    some.map((one, no) => ({ name: `w${no}`, window: one, zone: berlin }));

  it('that closes when another one opens is never open with it', () => {
    const evening = window({ from: '20:00', until: '22:00' });
    const night = window({ from: '22:00', until: '23:00' });
    assert.equal(commonOpening(zonedOf(evening, night), at('2026-11-25T12:00Z')), null);
  });

  it('that names no day never opens, and keeps shut what also waits for one that is open', () => {
    const never = { ...window({ from: '00:00', until: '24:00' }), days: [] };
    const noon = at('2026-11-25T12:00Z');
    assert.equal(openingFrom(never, noon, berlin), null);
    const always = window({ from: '00:00', until: '24:00' });
    assert.equal(commonOpening(zonedOf(always, never), noon), null);
    assert.equal(commonOpening(zonedOf(never, always), noon), null);
  });

  it('together with others wants all to be over when the first of them does, whichever is named first', () => {
    const late = window({ from: '10:00', until: '18:00', finish_by: '20:00' });
    const soon = window({ from: '10:00', until: '16:00', finish_by: '19:00' });
    const open = window({ from: '08:00', until: '15:00' });
    const over = (...some: readonly Window[]) => {
      const opening = commonOpening(zonedOf(...some), at('2026-11-25T12:00Z'));
      return opening === null ? assert.fail() : opening.finishBy;
    };
    const seven = at('2026-11-25T18:00Z');
    assert.deepEqual([over(late, soon, open), over(open, soon, late)], [seven, seven]);
    assert.deepEqual([over(open, late), over(open)], [seven + 3_600_000, null]);
  });
});
