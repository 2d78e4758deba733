import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { glassIsLeft, mayBreakGlass, mayReview, withoutVotes } from '#policies/decide/break-glass';
import { decide } from '#policies/decide/decide';
import { bothGlasses, type GlassTerms, glassTerms, isAsStrictGlass } from '#policies/decide/glass-terms';
import { effectDiff } from '#policies/review/diff';
import { coversBetween } from '#policies/review/strictness';
import { BreakGlass } from '#policies/rules/break-glass';
import { Rules } from '#policies/rules/schema';
import { ada, ivan, omar, somebody, vera } from '../people.ts';
import { requests, ruleFiles } from './arbitrary.ts';
import { asked, needing, ruleFile } from './asked.ts';

const HOUR = 3_600_000;
const section = (more: object = {}) => glassTerms(BreakGlass.parse({ who: { role: 'admin' }, ...more }));

const glasses = fc
  .record({
    who: fc.constantFrom({ role: 'operator' }, { role: 'admin' }, { group: 'net' }),
    review_within: fc.constantFrom('1h', '24h'),
    most: fc.constantFrom('1 per 24h', '3 per 24h', '3 per 1h'),
    max_open: fc.integer({ min: 1, max: 3 }),
    windows: fc.constantFrom('keep', 'skip'),
  })
  .map((written) => glassTerms(BreakGlass.parse(written)));
const maybe = fc.option(glasses);

describe('break-glass', () => {
  it('is not there unless the file says so, and every other word of the section is refused', () => {
    assert.equal(ruleFile([]).break_glass, undefined);
    const wrong = [
      { who: { role: 'root' } },
      { who: { group: 'nobody' } },
      { who: { role: 'admin' }, most: '0 per 24h' },
      { who: { role: 'admin' }, most: 'often' },
      { who: { role: 'admin' }, max_open: 0 },
      { who: { role: 'admin' }, windows: 'open' },
      { who: { role: 'admin' }, skip: 'deny' },
      {},
    ];
    for (const break_glass of wrong)
      assert.equal(Rules.safeParse({ version: 1, rules: [], break_glass }).success, false);
  });

  it('is reviewed within a day, three times a day and three reviews behind at most, where nothing else is said', () => {
    assert.deepEqual(section(), {
      who: [{ role: 'admin' }],
      reviewWithin: 24 * HOUR,
      most: [{ count: 3, per: 24 * HOUR }],
      maxOpen: 3,
      skipsWindows: false,
    });
  });

  it('is not there for the rules themselves and what people may, nor past a second factor', () => {
    const all = { id: 'all', match: { risk: ['low', 'medium', 'high', 'critical'] } };
    const need = [{ count: 1, role: 'admin' }];
    const rest = { break_glass: { who: { role: 'admin' } } };
    const glassOf = (rules: Rules, more: Parameters<typeof asked>[0]) => {
      const decision = decide(rules, asked({ requester: ada, ...more }));
      return decision.verdict === 'refuse' ? assert.fail() : decision.glass;
    };
    const rules = ruleFile([{ ...all, need }], rest);
    assert.ok(glassOf(rules, {}));
    assert.equal(glassOf(rules, { action: 'rules.change', target: { kind: 'rules' } }), null);
    const about = { kind: 'person', person: omar.id } as const;
    assert.equal(glassOf(rules, { action: 'person.role', target: about }), null);
    assert.equal(glassOf(ruleFile([{ ...all, need, second_factor: 'totp' }], rest), {}), null);
  });

  it('never passes what is denied: whatever the file, its section turns no refusal into anything else', () => {
    fc.assert(
      fc.property(ruleFiles, requests, (file, request) => {
        const glass = BreakGlass.parse({ who: { role: 'viewer' }, windows: 'skip' });
        const without = decide({ ...file, break_glass: undefined }, request);
        const within = decide({ ...file, break_glass: glass }, request);
        if (without.verdict === 'refuse') return assert.deepEqual(within, without);
        if (within.verdict === 'refuse') return assert.fail();
        assert.equal(within.glass === null, without.secondFactor, 'no glass is broken past a second factor');
        const { glass: _, ...rest } = within;
        const { glass: none, ...before } = without;
        assert.deepEqual([rest, none], [before, null]);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves out votes and the rest, and windows only where the section says so', () => {
    const decision = decide(needing({ count: 2, role: 'admin' }), asked());
    assert.ok(decision.verdict !== 'refuse');
    const granted = { ...decision, cooldown: 5, confirm: true, reason: true };
    assert.deepEqual(withoutVotes(granted, section()), {
      ...granted,
      verdict: 'allow',
      needs: [],
      cooldown: 0,
    });
  });

  it('is for everybody whom both files name, and for nobody else', () => {
    const both = bothGlasses(section(), section({ who: { group: 'net' } }));
    assert.ok(mayBreakGlass(section(), ada).ok);
    assert.ok(!mayBreakGlass(null, ada).ok);
    assert.ok(!mayBreakGlass(section(), omar).ok);
    assert.ok(!mayBreakGlass(section(), { ...ada, disabled: true }).ok);
    assert.ok(!mayBreakGlass(both, ada).ok);
    assert.ok(mayBreakGlass(both, { ...ada, groups: ['net'] }).ok);
  });

  it('is spent after so many times, until the first of them is long enough ago', () => {
    const glass = section({ most: '2 per 24h' });
    const past = (...broken: number[]) => ({ broken, owed: 0 });
    assert.ok(glassIsLeft(glass, past(1), 2).ok);
    assert.deepEqual(glassIsLeft(glass, past(1, 5), 6), {
      ok: false,
      error: { no: 'glass-spent', count: 2, until: 1 + 24 * HOUR },
    });
    assert.ok(!glassIsLeft(glass, past(1, 5), 24 * HOUR).ok);
    assert.ok(glassIsLeft(glass, past(1, 5), 1 + 24 * HOUR).ok);
    assert.ok(!glassIsLeft(section({ max_open: 1 }), { broken: [], owed: 1 }, 5).ok);
  });

  it('is reviewed by an admin or by one whose vote was left out, never by who asked or broke it', () => {
    const eva = somebody('eva', 'operator', { groups: ['net'] });
    const about = { by: ada.id, requester: omar.id, needs: [{ count: 1, group: 'net' }] };
    const who = [ada, omar, vera, ivan, eva, { ...ivan, disabled: true }];
    const may = who.filter((person) => mayReview(about, person).ok).map(({ id }) => id);
    assert.deepEqual(may, ['ivan', 'eva']);
  });

  const yes = { ok: true, value: true };
  const said = (error: object) => ({ ok: false, error });

  it('is refused with what stands against it: no access, no section, another role or group', () => {
    const glass = section();
    assert.deepEqual(mayBreakGlass(glass, ada), { ok: true, value: glass });
    assert.deepEqual(mayBreakGlass(glass, { ...ada, disabled: true }), said({ no: 'person-disabled' }));
    assert.deepEqual(mayBreakGlass(null, ada), said({ no: 'no-break-glass' }));
    assert.deepEqual(
      mayBreakGlass(glass, omar),
      said({ no: 'role-too-low', role: 'operator', needs: 'admin' }),
    );
    const net = section({ who: { group: 'net' } });
    assert.deepEqual(mayBreakGlass(net, ada), said({ no: 'not-in-group', group: 'net' }));
  });

  it('is refused while as many reviews are owed as may be, and told how many', () => {
    const glass = section({ max_open: 2 });
    assert.deepEqual(glassIsLeft(glass, { broken: [], owed: 1 }, 5), yes);
    for (const owed of [2, 3])
      assert.deepEqual(glassIsLeft(glass, { broken: [], owed }, 5), said({ no: 'reviews-owed', owed }));
  });

  it('is spent under two files by the one that lets it be broken less often, in whatever order the past is told', () => {
    const both = bothGlasses(section({ most: '3 per 24h' }), section({ most: '1 per 1h' })) ?? assert.fail();
    const at = 10 * HOUR;
    const left = (...broken: number[]) => glassIsLeft(both, { broken, owed: 0 }, at);
    assert.deepEqual(left(at - HOUR), yes);
    assert.deepEqual(left(at - HOUR + 1), said({ no: 'glass-spent', count: 1, until: at + 1 }));
    const three = [1 * HOUR, 7 * HOUR, 5 * HOUR];
    const until = 25 * HOUR;
    assert.deepEqual(left(...three), said({ no: 'glass-spent', count: 3, until }));
    assert.deepEqual(left(...three.toReversed()), said({ no: 'glass-spent', count: 3, until }));
  });

  it('opens closed windows only where the section says so', () => {
    const windows = { night: { from: '22:00', until: '05:00' } };
    const rule = {
      id: 'all',
      match: { risk: ['high'] },
      need: [{ count: 1, role: 'admin' }],
      window: 'night',
    };
    const decision = decide(ruleFile([rule], { zone: 'UTC', windows }), asked());
    assert.ok(decision.verdict !== 'refuse');
    assert.deepEqual(withoutVotes(decision, section({ windows: 'skip' })).windows, []);
    assert.deepEqual(withoutVotes(decision, section()).windows, decision.windows);
  });

  it('is reviewed by nobody without access, by nobody about themselves, and by nobody who had no say', () => {
    const needs = [
      { count: 1, group: 'net' },
      { count: 1, group: 'db' },
    ];
    const about = { by: ada.id, requester: omar.id, needs };
    assert.deepEqual(mayReview(about, ivan), yes);
    assert.deepEqual(mayReview(about, { ...ivan, disabled: true }), said({ no: 'person-disabled' }));
    assert.deepEqual(mayReview(about, ada), said({ no: 'own-glass' }));
    assert.deepEqual(mayReview(about, { ...omar, role: 'admin' }), said({ no: 'own-glass' }));
    assert.deepEqual(mayReview(about, vera), said({ no: 'fits-no-slot', role: 'viewer', needs }));
    assert.deepEqual(mayReview(about, { ...vera, groups: ['db'] }), yes, 'one of the places is enough');
  });

  it('under two files is held by each of their terms, and by those that both say once', () => {
    const a = section({ review_within: '1h', max_open: 3, windows: 'skip' });
    const b = section({ who: { role: 'operator' }, review_within: '2h', max_open: 1, windows: 'skip' });
    const expected = {
      who: [{ role: 'admin' }, { role: 'operator' }],
      reviewWithin: HOUR,
      most: [{ count: 3, per: 24 * HOUR }],
      maxOpen: 1,
      skipsWindows: true,
    };
    assert.deepEqual(bothGlasses(a, b), expected);
    assert.deepEqual(bothGlasses(a, a), a);
    const keeps = { ...b, skipsWindows: false };
    assert.deepEqual(bothGlasses(a, keeps), { ...expected, skipsWindows: false });
    assert.deepEqual(bothGlasses(keeps, a)?.skipsWindows, false);
    assert.deepEqual([bothGlasses(a, null), bothGlasses(null, a)], [null, null]);
  });

  it('is as strict only where it is so in each of its terms, at their very edges', () => {
    const covers = coversBetween({ groups: {} }, { groups: {} });
    const base = section({ most: '2 per 24h', review_within: '2h', max_open: 2 });
    const as = (a: GlassTerms | null, b: GlassTerms | null) => isAsStrictGlass(a, b, covers);
    assert.deepEqual(
      [as(null, null), as(null, base), as(base, null), as(base, base)],
      [true, true, false, true],
    );
    const stricter: readonly GlassTerms[] = [
      { ...base, reviewWithin: HOUR },
      { ...base, maxOpen: 1 },
      { ...base, most: [{ count: 1, per: 24 * HOUR }] },
      { ...base, most: [{ count: 2, per: 25 * HOUR }] },
      { ...base, who: [...base.who, { group: 'net' }] },
    ];
    for (const one of stricter)
      assert.deepEqual([as(one, base), as(base, one)], [true, false], JSON.stringify(one));
    const twice = { ...base, most: [...base.most, { count: 1, per: HOUR }] };
    assert.deepEqual([as(twice, base), as(base, twice)], [true, false], 'each of the rates has to hold');
    const skips = { ...base, skipsWindows: true };
    assert.deepEqual([as(base, skips), as(skips, base), as(skips, skips)], [true, false, true]);
    const wider = { ...base, who: [{ role: 'operator' as const }] };
    assert.deepEqual([as(base, wider), as(wider, base)], [true, false]);
  });

  it('under two files is as strict as each of them', () => {
    const covers = coversBetween({ groups: {} }, { groups: {} });
    fc.assert(
      fc.property(maybe, maybe, (a, b) => {
        const both = bothGlasses(a, b);
        for (const one of [a, b]) assert.ok(isAsStrictGlass(both, one, covers));
        assert.ok(isAsStrictGlass(a, a, covers));
      }),
    );
  });

  it('where it is called as strict, whoever passes the one passes the other', () => {
    const covers = coversBetween({ groups: {} }, { groups: {} });
    const person = fc.constantFrom(ada, omar, vera, somebody('eva', 'operator', { groups: ['net'] }));
    const past = fc.record({ broken: fc.array(fc.integer({ min: 0, max: 30 * HOUR })), owed: fc.nat(3) });
    const passes = (glass: GlassTerms | null, one: typeof ada, before: Parameters<typeof glassIsLeft>[1]) => {
      const may = mayBreakGlass(glass, one);
      return may.ok && glassIsLeft(may.value, before, 30 * HOUR).ok;
    };
    fc.assert(
      fc.property(maybe, maybe, person, past, (a, b, one, before) => {
        if (isAsStrictGlass(a, b, covers) && passes(a, one, before)) assert.ok(passes(b, one, before));
      }),
      { numRuns: 500 },
    );
  });

  it('that is new in a file, or open to more people, shows as looser', () => {
    const old = needing({ count: 1, role: 'admin' });
    const trial = { request: asked(), person: null, where: {}, change: null };
    const next = { ...old, break_glass: BreakGlass.parse({ who: { role: 'admin' } }) };
    const wider = { ...old, break_glass: BreakGlass.parse({ who: { role: 'operator' } }) };
    const way = (a: Rules, b: Rules) => effectDiff([a, b], [trial]).map(({ direction }) => direction);
    assert.deepEqual([way(old, next), way(next, wider)], [['looser'], ['looser']]);
    assert.deepEqual([way(next, old), way(wider, next)], [['tighter'], ['tighter']]);
  });
});
