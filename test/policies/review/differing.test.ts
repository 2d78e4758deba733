import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Trial } from '#policies/review/corpus';
import { differing, effectDiff } from '#policies/review/diff';
import { asked, ruleFile } from '../decide/asked.ts';

const stop = (id: string, more: object) => ({ id, match: { action: ['guest.stop'] }, need: [], ...more });
const byOne = stop('stop', { need: [{ count: 1, role: 'admin' }] });
const start = { id: 'start', match: { action: ['guest.start'] }, need: [] };
const trial = (more: Parameters<typeof asked>[0] = {}): Trial => ({
  request: asked(more),
  person: null,
  where: {},
  change: null,
});

describe('Windows of a decision', () => {
  const windows = { a: { from: '22:00', until: '05:00' }, b: { from: '21:00', until: '04:00' } };
  const file = (groups: object, ...names: readonly string[]) =>
    ruleFile(
      names.map((window) => stop(window, { window })),
      { zone: 'UTC', windows: { ...windows, c: windows.a }, groups },
    );
  const directions = (...files: readonly [ReturnType<typeof file>, ReturnType<typeof file>]) =>
    effectDiff(files, [trial()]).map(({ direction }) => direction);

  it('hold together in any order', () => {
    assert.deepEqual(directions(file({}, 'a', 'b'), file({ net: ['ada'] }, 'b', 'a')), []);
  });

  it('of another name that are open at the same times are neither looser nor tighter', () => {
    assert.deepEqual(directions(file({}, 'a'), file({}, 'c')), ['other']);
  });
});

describe('Comparing two files', () => {
  const [old, next] = [ruleFile([byOne, start]), ruleFile([{ ...byOne, need: [] }, start])] as const;
  const spent = (effort: { left: number; cut: boolean }, ...trials: readonly Trial[]) => {
    const before = effort.left;
    const shown = differing([old, next], trials, effort);
    return { shown: shown.length, spent: before - effort.left, cut: effort.cut };
  };
  const here = trial();
  const apart = 2; // rules that are in one file only
  const placed = 3; // rules of both files, those that are alike once
  const telling = 200 + 5 * 4; // two rules of each file speak about the place

  it('takes the rules that are apart for each request, and more only for those they speak about', () => {
    const started = trial({ action: 'guest.start' });
    const left = 10_000;
    assert.deepEqual(spent({ left, cut: false }, started), { shown: 0, spent: apart, cut: false });
    assert.deepEqual(spent({ left, cut: false }, here), {
      shown: 1,
      spent: apart + placed + telling,
      cut: false,
    });
    const again = { ...here, request: { ...here.request } };
    assert.deepEqual(spent({ left, cut: false }, here, again), {
      shown: 2,
      spent: 2 * (apart + telling) + placed,
      cut: false,
    });
  });

  it('shows what it has just the effort for, and ends where it has one less', () => {
    const whole = apart + placed + telling;
    assert.deepEqual(spent({ left: whole, cut: false }, here), { shown: 1, spent: whole, cut: false });
    assert.deepEqual(spent({ left: whole - 1, cut: false }, here), { shown: 0, spent: whole, cut: true });
  });

  it('looks at no further request once the effort is spent', () => {
    assert.deepEqual(spent({ left: 0, cut: false }, here, here, here), { shown: 0, spent: apart, cut: true });
  });

  it('takes nothing for rules that are apart where everything around them is', () => {
    const around = ruleFile([byOne, start], { mode: 'production' });
    const effort = { left: 10_000, cut: false };
    assert.equal(differing([old, around], [trial({ action: 'guest.start' })], effort).length, 1);
    assert.equal(10_000 - effort.left, 2 + telling); // both rules are in both files
  });
});
