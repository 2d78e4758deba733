import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Need } from '#policies/change/vote';
import { coversBetween } from '#policies/review/strictness';
import { isWithin } from '#policies/review/window-within';
import type { Rules } from '#policies/rules/schema';
import { ruleFile } from '../decide/asked.ts';

const NET: Need = { count: 1, group: 'net' };
const WEB: Need = { count: 1, group: 'web' };
const ADMIN: Need = { count: 1, role: 'admin' };
const OPERATOR: Need = { count: 1, role: 'operator' };
const groups = { net: ['ada'], web: ['ada', 'kim'] };

const away = { for: 'ada', by: 'omar', from: '2026-12-01', until: '2026-12-10' };
const standing = (...list: readonly object[]): Rules =>
  ruleFile([], { zone: 'UTC', groups, stand_ins: list.map((more) => ({ ...away, ...more })) });

/** Is it at least as hard to fill a place by the second file as it was by the first? */
const asHard = (old: Rules, next: Rules, strong: Need = NET, weak: Need = strong): boolean =>
  coversBetween(next, old)(strong, weak);

describe('A place that somebody may fill for another', () => {
  it('is easier to fill than before where a stand-in is new, of a group that lacks them and of every role', () => {
    for (const place of [NET, ADMIN, OPERATOR]) {
      assert.equal(asHard(standing(), standing({}), place), false);
      assert.equal(asHard(standing({}), standing(), place), true);
      assert.equal(asHard(standing({}), standing({}), place), true);
    }
  });

  it('is easier to fill where a stand-in begins earlier, ends later, or is by or for somebody else', () => {
    for (const other of [{ from: '2026-11-30' }, { until: '2026-12-11' }, { by: 'ivan' }, { for: 'kim' }])
      assert.equal(asHard(standing({}), standing(other), ADMIN), false, JSON.stringify(other));
    for (const less of [{ from: '2026-12-02' }, { until: '2026-12-09' }])
      assert.equal(asHard(standing({}), standing(less), ADMIN), true, JSON.stringify(less));
    assert.equal(
      asHard(standing({ by: 'ivan' }, {}), standing({}), ADMIN),
      true,
      'one of several is the same',
    );
  });

  it('is as hard to fill where the stand-in is of the group already, or stands in for nobody of it', () => {
    assert.equal(asHard(standing(), standing({ by: 'kim' }), WEB), true);
    assert.equal(asHard(standing(), standing({ by: 'kim' }), NET), false);
    assert.equal(asHard(standing(), standing({ for: 'ivan', by: 'omar' }), NET), true);
    assert.equal(asHard(standing(), standing({ by: 'omar' }), NET, WEB), false);
  });

  it('covers that of a wider group and of a weaker role, and neither covers the other', () => {
    assert.equal(asHard(standing(), standing(), NET, WEB), true);
    assert.equal(asHard(standing(), standing(), WEB, NET), false);
    assert.equal(asHard(standing(), standing(), ADMIN, OPERATOR), true);
    assert.equal(asHard(standing(), standing(), OPERATOR, ADMIN), false);
    assert.equal(asHard(standing(), standing(), NET, OPERATOR), false);
    assert.equal(asHard(standing(), standing(), ADMIN, NET), false);
  });

  it('covers itself and no other where one of the files does not say who is in the group', () => {
    const [some, none] = [ruleFile([], { groups }), ruleFile([])];
    for (const [ours, theirs] of [
      [none, none],
      [none, some],
      [some, none],
    ] as const) {
      assert.equal(coversBetween(ours, theirs)(NET, NET), true);
      assert.equal(coversBetween(ours, theirs)(NET, WEB), false);
    }
  });
});

describe('A window within another', () => {
  const opens = (from: string, until: string, more: object = {}, zone = 'UTC') => {
    const file = ruleFile([], { zone, windows: { w: { from, until, ...more } } });
    return { name: 'w', window: file.windows['w'] ?? assert.fail(), zone: file.zone ?? assert.fail() };
  };

  it('may begin and end with it, and is one of the same clocks', () => {
    assert.equal(isWithin(opens('22:00', '05:00'), opens('22:00', '05:00')), true);
    assert.equal(isWithin(opens('21:59', '05:00'), opens('22:00', '05:00')), false);
    assert.equal(isWithin(opens('22:00', '05:01'), opens('22:00', '05:00')), false);
    assert.equal(isWithin(opens('22:00', '05:00'), opens('22:00', '05:00', {}, 'Europe/Berlin')), false);
  });

  it('has everything over as early, where the other says when it must be', () => {
    const over = (by: string, from = '22:00') => opens(from, '05:00', { finish_by: by });
    assert.equal(isWithin(over('06:00'), over('06:00')), true);
    assert.equal(isWithin(over('05:30'), over('06:00')), true);
    assert.equal(isWithin(over('06:30'), over('06:00')), false);
    assert.equal(isWithin(opens('22:00', '05:00'), over('06:00')), false);
    assert.equal(isWithin(over('06:00'), opens('22:00', '05:00')), true);
    const tuesday = opens('01:00', '02:00', { days: ['tue'], finish_by: '03:00' });
    const monday = (by: string) => opens('22:00', '02:00', { days: ['mon'], finish_by: by });
    assert.equal(isWithin(tuesday, monday('03:00')), true);
    assert.equal(isWithin(tuesday, monday('02:30')), false);
  });
});
