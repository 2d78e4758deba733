import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complaint, FILE, glassed, good } from './file.ts';

describe('Break-glass of a rule file', () => {
  it('is not there unless the file says so, and then three times a day, reviewed within a day, within the windows', () => {
    assert.equal(good(FILE).break_glass, undefined);
    assert.deepEqual(good(glassed({})).break_glass, {
      who: { role: 'admin' },
      review_within: 86_400_000,
      most: { count: 3, per: 86_400_000 },
      max_open: 3,
      windows: 'keep',
    });
  });

  it('may be given to a group, more rarely, and through closed windows', () => {
    const more = {
      who: { group: 'net' },
      review_within: '1h',
      most: '10 per 2d',
      max_open: 20,
      windows: 'skip',
    };
    assert.deepEqual(good(glassed(more)).break_glass, {
      ...more,
      review_within: 3_600_000,
      most: { count: 10, per: 172_800_000 },
    });
  });

  it('stays whole while a review is owed at the least, and twenty at the most', () => {
    assert.equal(good(glassed({ max_open: 1 })).break_glass?.max_open, 1);
    assert.equal(complaint(glassed({ max_open: 0 })), 'break_glass.max_open: a whole number from 1 to 20');
    assert.equal(complaint(glassed({ max_open: 21 })), 'break_glass.max_open: a whole number from 1 to 20');
    assert.equal(complaint(glassed({ max_open: 1.5 })), 'break_glass.max_open: a whole number from 1 to 20');
    assert.equal(complaint(glassed({ windows: 'never' })), 'break_glass.windows: keep or skip');
    assert.equal(
      complaint(glassed({ who: 'admin' })),
      'break_glass.who: { role: operator } or { group: net }',
    );
  });
});
