import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { between, CalendarDate } from '#policies/calendar/freeze';
import { Zone } from '#policies/calendar/zone';

const berlin = Zone.parse('Europe/Berlin');

describe('A date in the rule file', () => {
  it('is a day of the calendar, with or without a time of day; anything else is told what one looks like', () => {
    for (const text of [
      '2026-12-24',
      '2026-12-24T18:00',
      '2028-02-29',
      '2026-12-24T00:00',
      '2026-12-24T23:59',
    ])
      assert.ok(CalendarDate.safeParse(text).success, text);
    for (const text of [
      '2026-02-30',
      '2026-02-30T12:00',
      '2027-02-29',
      '2026-13-01',
      '2026-12-24T24:00',
      '2026-12-24T18:60',
      '2026-12-24T18:00Z',
      '2026-12-24 18:00',
      '+002026-12-24',
      'on 2026-12-24',
      '2026-12-24 at night',
      '24.12.2026',
      '',
      20261224,
    ]) {
      const [issue] = CalendarDate.safeParse(text).error?.issues ?? [];
      assert.equal(issue?.message, 'a date such as 2026-12-24 or 2026-12-24T18:00', String(text));
    }
  });
});

describe('The time between two dates', () => {
  const shown = (from: string, until: string) =>
    Object.values(between({ from, until }, berlin)).map((moment) =>
      new Date(moment).toISOString().slice(0, 16),
    );

  it('holds the whole of a last day, and ends at a time of day that is named', () => {
    assert.deepEqual(shown('2026-12-24', '2026-12-26'), ['2026-12-23T23:00', '2026-12-26T23:00']);
    assert.deepEqual(shown('2026-12-24T18:00', '2026-12-26T00:00'), ['2026-12-24T17:00', '2026-12-25T23:00']);
  });

  it('is never made up where a date is none: that is a broken world', () => {
    const broken = { name: 'RangeError', message: /^soon is no date/ };
    assert.throws(() => between({ from: 'soon', until: '2026-12-26' }, berlin), broken);
    assert.throws(() => between({ from: '2026-12-24', until: 'soon' }, berlin), broken);
  });
});
