import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ChangeId, SiteId, Vmid } from '#policies/ids';
import { settingOf, type Trial, trialsOf, wishesOf } from '#policies/review/corpus';
import { effectDiff } from '#policies/review/diff';
import { boundless } from '#policies/review/effort';
import { mayBeLooser, rulesEffect } from '#policies/review/rules-effect';
import { wishedRequests } from '#policies/review/wish';
import type { Rules } from '#policies/rules/schema';
import { requests, ruleFiles } from '../decide/arbitrary.ts';
import { asked, ruleFile } from '../decide/asked.ts';
import { EVERYBODY } from '../people.ts';
import { effectTheLongWay, textOf } from './effect-the-long-way.ts';

const base = { site: SiteId.parse('home'), at: Date.UTC(2026, 10, 25, 12), people: EVERYBODY };

const made = (files: readonly [Rules, Rules]): readonly Trial[] => [...trialsOf(files, base, boundless())];

/** The requests of each wish by itself: many are the same, and each is in it every time. */
const madeTheLongWay = (files: readonly [Rules, Rules]): readonly Trial[] =>
  [...wishesOf(files, base.at, boundless())].flatMap((wish) => [
    ...wishedRequests(wish, settingOf(files, base, boundless())),
  ]);

const recorded = fc
  .array(requests, { maxLength: 5 })
  .map((list) => list.map((request): Trial => ({ request, person: null, where: {}, change: null })));

/** A file and the same after an edit: a rule gone, loosened, moved, or everything else around the rules. */
const edits = fc
  .tuple(
    ruleFiles,
    ruleFiles,
    fc.nat(),
    fc.constantFrom('gone', 'loose', 'turned', 'added', 'twice', 'around'),
  )
  .map(([old, other, no, edit]): readonly [Rules, Rules] => {
    const at = no % Math.max(1, old.rules.length);
    const rules = {
      gone: old.rules.toSpliced(at, 1),
      loose: old.rules.map((rule, i) => (i === at && 'need' in rule ? { ...rule, need: [] } : rule)),
      turned: old.rules.toReversed(),
      added: [...old.rules, ...other.rules.slice(0, 1).map((rule) => ({ ...rule, id: 'added' }))],
      twice: [...old.rules, ...old.rules.slice(at, at + 1).map((rule) => ({ ...rule, id: 'twice' }))],
      around: old.rules,
    };
    return [old, { ...(edit === 'around' ? other : old), rules: rules[edit] }];
  });

const wide = (need: (i: number) => number): Rules =>
  ruleFile(
    Array.from({ length: 1000 }, (_, i) => ({
      id: `r${i}`,
      match: { risk: ['low', 'medium', 'high', 'critical'] },
      need: [{ count: need(i), role: 'admin' }],
    })),
  );

const apart = (count: number, need: number): Rules =>
  ruleFile(
    Array.from({ length: count }, (_, i) => ({
      id: `r${i}`,
      match: { vmid: [`${100 + i}-${90_000 - i}`] },
      need: [{ count: need, role: 'admin' }],
    })),
  );

const effect = (files: readonly [Rules, Rules]) =>
  rulesEffect(files, { sites: [], at: base.at, people: [], recorded: [] });

describe('The effect of an edited rule file', () => {
  it('is as whole with a hundred sites that no file names as with none: one stands for them all', () => {
    const sites = Array.from({ length: 100 }, (_, i) => SiteId.parse(`site-${i}`));
    const files = [apart(10, 1), apart(10, 2)] as const;
    const seen = rulesEffect(files, { sites, at: base.at, people: EVERYBODY, recorded: [] });
    assert.equal(seen.whole, true);
    assert.deepEqual(seen, rulesEffect(files, { sites: [], at: base.at, people: EVERYBODY, recorded: [] }));
  });

  it('is what two whole decisions on every request of every wish come to', () => {
    fc.assert(
      fc.property(edits, recorded, (files, real) => {
        const found = effectDiff(files, [...made(files), ...real]).map(textOf);
        assert.deepEqual(found.toSorted(), effectTheLongWay(files, [...madeTheLongWay(files), ...real]));
      }),
      { numRuns: 40 },
    );
  });

  it('tries what many rules are about once', () => {
    const many = wide(() => 1);
    const one = { ...many, rules: many.rules.slice(0, 1) };
    assert.equal(made([many, many]).length, made([one, one]).length);
  });

  it('of a thousand rules that all speak about everything is known whole', () => {
    const { whole, rows } = effect([wide(() => 1), wide((i) => (i === 3 ? 2 : 1))]);
    assert.equal(whole, true);
    assert.ok(rows.length > 0 && rows.every(({ direction }) => direction === 'tighter'));
  });

  it('that could not be compared to the end is taken as looser, although everything that was tried is stricter', () => {
    const found = effect([apart(800, 1), apart(800, 2)]);
    assert.equal(found.whole, false);
    assert.ok(found.rows.length > 0 && found.rows.every(({ direction }) => direction === 'tighter'));
    assert.equal(mayBeLooser(found), true);
    assert.equal(mayBeLooser(effect([apart(5, 1), apart(5, 2)])), false);
  });

  it('shows a recorded request also where the made-up ones could not all be tried', () => {
    const late = (need: number): Rules => {
      const pool = ruleFile([
        { id: 'late', match: { pool: ['late'] }, need: [{ count: need, role: 'admin' }] },
      ]);
      return { ...apart(800, 2), rules: [...apart(800, 2 + need).rules, ...pool.rules] };
    };
    const target = { kind: 'guest', site: base.site, vmid: Vmid.parse(95_000) } as const;
    const change = { id: ChangeId.parse('a'.repeat(20)), no: 7 };
    const real: Trial = { request: asked({ target, pool: 'late' }), person: null, where: {}, change };
    const found = rulesEffect([late(2), late(1)], { sites: [], at: base.at, people: [], recorded: [real] });
    assert.equal(found.whole, false);
    assert.ok(found.rows.some(({ changes, direction }) => changes.includes(7) && direction === 'looser'));
  });
});
