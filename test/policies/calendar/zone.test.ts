import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Zone } from '#policies/calendar/zone';

const complaint = (name: unknown): string | undefined => Zone.safeParse(name).error?.issues[0]?.message;

describe('A time zone', () => {
  it('is one that the database of zones has', () => {
    for (const name of ['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'UTC'])
      assert.equal(complaint(name), undefined, name);
    for (const name of ['Europe/Berln', 'Mars/Olympus', 'Berlin time', 'x'])
      assert.equal(complaint(name), 'an IANA time zone such as "Europe/Berlin"', name);
  });

  it('is no offset, which knows no summer time, and nothing else that only looks like a place', () => {
    for (const name of ['+01:00', '-0500', '+01', '', ' Europe/Berlin', '1Europe/Berlin', 60])
      assert.ok(complaint(name), String(name));
  });

  it('is no moment with a zone in it, from which Temporal would take the zone', () => {
    for (const name of [
      '2026-11-25T12:00[Europe/Berlin]',
      '2026-11-25T12:00+01:00[Europe/Berlin]',
      '2026-11-25T12:00Z',
    ])
      assert.ok(complaint(name), name);
  });
});
