import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SiteId } from '#policies/ids';
import { trialsOf, wishesOf } from '#policies/review/corpus';
import { boundless, MAKING } from '#policies/review/effort';
import type { Rules } from '#policies/rules/schema';
import { ruleFile } from '../decide/asked.ts';

const base = { site: SiteId.parse('home'), at: Date.UTC(2026, 10, 25, 12), people: [] };
const NONE = ruleFile([]);
const about = (...matches: readonly object[]): Rules =>
  ruleFile(matches.map((match, no) => ({ id: `r${no}`, match, need: [] })));

describe('The effort of making requests up', () => {
  const one = about({ vmid: [150] });
  const vmids = 2; // where its range begins, and where it has ended
  const made = (left: number) => {
    const effort = { left, cut: false };
    const count = [...trialsOf([one, one], base, effort)].length;
    return { count, left: effort.left, cut: effort.cut };
  };

  it('is spent on the guest ids of the files for each wish, and on each request', () => {
    assert.deepEqual(made(vmids + 3 * MAKING), { count: 3, left: -MAKING, cut: true });
    assert.deepEqual(made(vmids), { count: 0, left: -MAKING, cut: true });
  });

  it('is spent no further once it is cut: not on another request, and not on another wish', () => {
    assert.deepEqual(made(vmids - 1), { count: 0, left: -1, cut: true });
  });
});

describe('The effort of letting rules meet', () => {
  it('is spent on each two of which one was changed, whether they meet or not, and on none after it is cut', () => {
    const apart = about({ pool: ['a'] }, { pool: ['b'] }, { pool: ['c'] });
    const spent = (left: number) => {
      const effort = { left, cut: false };
      const wishes = [...wishesOf([NONE, apart], base.at, effort)].filter(
        ({ matches }) => matches.length > 1,
      );
      return { meetings: wishes.length, left: effort.left, cut: effort.cut };
    };
    assert.deepEqual(spent(9), { meetings: 0, left: 0, cut: false });
    assert.deepEqual(spent(4), { meetings: 0, left: -1, cut: true });
  });

  it('ends after 2000 meetings, and is cut by one more', () => {
    const many = about(...Array.from({ length: 46 }, () => ({ action: ['rules.change'] })));
    const effort = boundless();
    const wishes = [...wishesOf([NONE, many], base.at, effort)];
    assert.equal(wishes.filter(({ matches }) => matches.length > 1).length, 2000);
    assert.equal(effort.cut, true);
  });
});
