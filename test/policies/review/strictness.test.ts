import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { openingFrom } from '#policies/calendar/window';
import { fits, type Need, slotsOf } from '#policies/change/vote';
import { canBeMet } from '#policies/decide/can-be-met';
import { DEFAULTS, type Decision, grant, refuse, type Terms } from '#policies/decide/decision';
import type { Person } from '#policies/person';
import { coversBetween, isAtLeastAsStrict, needsCover } from '#policies/review/strictness';
import { isWithin } from '#policies/review/window-within';
import { Rules } from '#policies/rules/schema';
import { needs } from '../decide/arbitrary.ts';
import { omar, somebody } from '../people.ts';

const terms = (more: Partial<Terms> = {}): Decision =>
  grant(
    {
      needs: [],
      ...DEFAULTS,
      cooldown: 0,
      reason: false,
      confirm: false,
      secondFactor: false,
      alone: false,
      windows: [],
      revert: null,
      glass: null,
      ...more,
    },
    [],
  );

/** One person for each place, who fits it and nothing more. */
const exactly = (wanted: readonly Need[]): readonly Person[] =>
  slotsOf(wanted).map((need, no) =>
    'role' in need ? somebody(`p${no}`, need.role) : somebody(`p${no}`, 'viewer', { groups: [need.group] }),
  );

const zoned = (from: string, until: string, more: object = {}) => {
  const { windows, zone } = Rules.parse({
    version: 1,
    zone: 'Europe/Berlin',
    windows: { w: { from, until, ...more } },
    rules: [],
  });
  if (!zone || !windows['w']) throw new Error('a window and its zone');
  return { name: 'w', window: windows['w'], zone };
};

describe('Strictness of decisions', () => {
  it('needs cover others exactly when whoever fills them fills the others', () => {
    fc.assert(
      fc.property(needs, needs, (a, b) => {
        assert.ok(exactly(a).every((person, no) => fits(person, slotsOf(a)[no] ?? assert.fail())));
        assert.equal(needsCover(a, b), canBeMet(b, exactly(a), omar));
      }),
      { numRuns: 3000 },
    );
  });

  it('an operator in the place of an admin is weaker, though the people there are could fill both', () => {
    const admin = terms({ needs: [{ count: 1, role: 'admin' }] });
    const operator = terms({ needs: [{ count: 1, role: 'operator' }] });
    assert.equal(isAtLeastAsStrict(admin, operator), true);
    assert.equal(isAtLeastAsStrict(operator, admin), false);
  });

  it('a group that got another member is weaker than it was', () => {
    const net = terms({ needs: [{ count: 1, group: 'net' }] });
    const few = Rules.parse({ version: 1, groups: { net: ['ada'] }, rules: [] });
    const more = Rules.parse({ version: 1, groups: { net: ['ada', 'omar'] }, rules: [] });
    assert.equal(isAtLeastAsStrict(net, net, coversBetween(few, more)), true);
    assert.equal(isAtLeastAsStrict(net, net, coversBetween(more, few)), false);
  });

  it('a no is stricter than everything, and each term by itself can make a decision weaker', () => {
    const no = refuse({ no: 'no-rule' });
    assert.equal(isAtLeastAsStrict(no, terms()), true);
    assert.equal(isAtLeastAsStrict(terms(), no), false);
    const harder: readonly Partial<Terms>[] = [
      { expires: 1 },
      { voteValidFor: 1 },
      { cooldown: 1 },
      { reason: true },
      { confirm: true },
      { secondFactor: true },
      { alone: true },
      { revert: { after: 60_000, keepBy: 'requester' } },
      { windows: [zoned('22:00', '05:00')] },
    ];
    for (const one of harder) {
      assert.equal(isAtLeastAsStrict(terms(one), terms()), true, JSON.stringify(one));
      assert.equal(isAtLeastAsStrict(terms(), terms(one)), false, JSON.stringify(one));
    }
  });

  it('sooner taken back and kept by fewer is stricter, and neither makes up for the other', () => {
    const revert = (after: number, keepBy: 'requester' | 'anyone_who_may_approve') =>
      terms({ revert: { after, keepBy } });
    const all = [revert(1, 'requester'), revert(2, 'anyone_who_may_approve')] as const;
    assert.equal(isAtLeastAsStrict(revert(1, 'anyone_who_may_approve'), all[0]), true);
    assert.equal(isAtLeastAsStrict(revert(1, 'anyone_who_may_approve'), all[1]), true);
    assert.equal(isAtLeastAsStrict(all[0], all[1]), false);
    assert.equal(isAtLeastAsStrict(all[1], all[0]), false);
  });

  it('somebody who agrees is stricter than a rule for one admin, which is stricter than nobody', () => {
    const [asks, alone, free] = [
      terms({ needs: [{ count: 1, role: 'admin' }] }),
      terms({ alone: true }),
      terms(),
    ];
    for (const [strong, weak] of [
      [asks, alone],
      [alone, free],
    ] as const) {
      assert.equal(isAtLeastAsStrict(strong, weak), true);
      assert.equal(isAtLeastAsStrict(weak, strong), false);
    }
  });

  it('a window is stricter than none, and one of several is enough that lies in the other', () => {
    const [night, late, noon] = [zoned('22:00', '05:00'), zoned('23:00', '04:00'), zoned('11:00', '13:00')];
    const within = (...windows: Terms['windows']) => terms({ windows });
    assert.equal(isAtLeastAsStrict(within(night), terms()), true);
    assert.equal(isAtLeastAsStrict(terms(), within(night)), false);
    assert.equal(isAtLeastAsStrict(within(noon, late), within(night)), true);
    assert.equal(isAtLeastAsStrict(within(noon), within(night)), false);
    assert.equal(isAtLeastAsStrict(within(late), within(night, noon)), false);
  });

  it('a window lies in another when it never opens outside of it, over midnight and over a change of the clock too', () => {
    const time = fc
      .integer({ min: 0, max: 95 })
      .map((q) => `${String(q >> 2).padStart(2, '0')}:${['00', '15', '30', '45'][q & 3]}`);
    const day = fc.subarray(['mon', 'sat', 'sun'], { minLength: 1 });
    const window = fc.tuple(time, time, day).filter(([from, until]) => from !== until);
    const around = fc.integer({ min: Date.UTC(2026, 2, 27), max: Date.UTC(2026, 2, 31) });
    fc.assert(
      fc.property(window, window, around, ([a, b, days], [c, d, others], at) => {
        const [inner, outer] = [zoned(a, b, { days }), zoned(c, d, { days: others })];
        if (!isWithin(inner, outer)) return;
        const opening = openingFrom(inner.window, at, inner.zone);
        if (!opening) return;
        const around = openingFrom(outer.window, opening.from, outer.zone);
        assert.ok(around && around.from <= opening.from && opening.until <= around.until);
      }),
      { numRuns: 3000 },
    );
    assert.ok(isWithin(zoned('23:00', '04:00'), zoned('22:00', '05:00')));
    assert.ok(!isWithin(zoned('22:00', '05:00'), zoned('23:00', '04:00')));
    assert.ok(
      isWithin(zoned('01:00', '02:00', { days: ['tue'] }), zoned('22:00', '05:00', { days: ['mon'] })),
    );
    assert.ok(!isWithin(zoned('01:00', '02:00'), zoned('22:00', '05:00', { finish_by: '05:00' })));
  });
});
