import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SiteId, Vmid } from '#policies/ids';
import { BUILT_IN, EMPTY } from '#policies/rules/built-in';
import { capReached, USUAL_CAPS } from '#policies/rules/caps';
import { modeOf } from '#policies/rules/mode-of';
import { lastingOf, standInsOf } from '#policies/rules/stand-in';
import { isNot } from '#policies/rules/who';
import { zoneOf } from '#policies/rules/zone-of';
import type { Target } from '#policies/target';
import { ruleFile } from '../decide/asked.ts';
import { ada, omar, somebody, vera } from '../people.ts';

describe('Rules that no file could be read for', () => {
  it('show everything and change nothing', () => {
    assert.equal(BUILT_IN.mode, 'read_only');
    assert.deepEqual(BUILT_IN.rules, []);
    assert.equal(EMPTY.mode, 'standard');
  });
});

describe('A cap', () => {
  it('is reached by as many as it says and not by one less, and the first that is reached is named', () => {
    const caps = { open_per_person: 2, open: 4, per_minute: 3 };
    const below = { open_per_person: 1, open: 3, per_minute: 2 };
    assert.equal(capReached(caps, below), null);
    assert.equal(capReached(caps, { ...below, open_per_person: 2 }), 'open_per_person');
    assert.equal(capReached(caps, { ...below, open: 4 }), 'open');
    assert.equal(capReached(caps, { ...below, per_minute: 9 }), 'per_minute');
    assert.equal(capReached(caps, { ...caps, open_per_person: 1 }), 'open');
    assert.equal(capReached(USUAL_CAPS, below), null);
  });
});

describe('The mode of a target', () => {
  const guestOn = (site: string): Target => ({
    kind: 'guest',
    site: SiteId.parse(site),
    vmid: Vmid.parse(101),
  });
  const careful = ruleFile([], {
    sites: { lab: { mode: 'standard' }, dc: { mode: 'read_only' } },
    mode: 'production',
  });

  it('is the more careful of that of everything and that of its site', () => {
    assert.equal(modeOf(careful, guestOn('lab')), 'production');
    assert.equal(modeOf(careful, guestOn('dc')), 'read_only');
    assert.equal(modeOf(careful, guestOn('home')), 'production');
  });

  it('is that of everything for what is about Quorate itself, whatever its sites are', () => {
    assert.equal(modeOf(careful, { kind: 'rules' }), 'production');
    assert.equal(modeOf(careful, { kind: 'person', person: ada.id }), 'production');
  });
});

describe('Who may', () => {
  it('is everybody of the role or a stronger one, and the no says what was needed', () => {
    assert.equal(isNot({ role: 'operator' }, ada), null);
    assert.equal(isNot({ role: 'operator' }, omar), null);
    assert.deepEqual(isNot({ role: 'operator' }, vera), {
      no: 'role-too-low',
      role: 'viewer',
      needs: 'operator',
    });
  });

  it('is nobody outside of the group, be it an admin', () => {
    const who = { group: 'net' };
    assert.equal(isNot(who, somebody('kim', 'viewer', { groups: ['db', 'net'] })), null);
    assert.deepEqual(isNot(who, somebody('ada', 'admin', { groups: ['db'] })), {
      no: 'not-in-group',
      group: 'net',
    });
  });
});

describe('A stand-in', () => {
  const away = { for: 'ada', by: 'omar', until: '2026-12-24' };
  const zone = zoneOf(ruleFile([], { zone: 'Europe/Berlin' }));
  const midnight = Date.parse('2026-12-25T00:00+01:00');

  it('without a beginning holds at once, and to the end of its last day by the clocks of the zone', () => {
    const { stand_ins: list } = ruleFile([], { zone, stand_ins: [away] });
    assert.deepEqual(standInsOf({ zone, stand_ins: list }), [
      { for: 'ada', by: 'omar', from: 0, until: midnight },
    ]);
  });

  it('with a beginning holds from then on', () => {
    assert.deepEqual(lastingOf({ ...away, for: ada.id, by: omar.id, from: '2026-12-20T18:30' }, zone), {
      from: Date.parse('2026-12-20T18:30+01:00'),
      until: midnight,
    });
  });

  it('is nobody in files of before there were any, and where no zone says when', () => {
    assert.deepEqual(standInsOf({ zone }), []);
    const { stand_ins: list } = ruleFile([], { zone, stand_ins: [away] });
    assert.deepEqual(standInsOf({ stand_ins: list }), []);
  });
});

describe('The zone of a rule file', () => {
  it('is the one that it names, or UTC', () => {
    assert.equal(zoneOf(ruleFile([], { zone: 'Europe/Berlin' })), 'Europe/Berlin');
    assert.equal(zoneOf(ruleFile([])), 'UTC');
  });
});
