import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NodeName, PersonId, SiteId, Vmid } from '#policies/ids';
import { type Bound, isNarrower, reaches, Scope, within } from '#policies/scope';
import { readScope, scopeLine, scopeParts } from '#policies/scope-text';
import { Target } from '#policies/target';
import { someInventory } from '../fake/worker.ts';
import { somebody } from './people.ts';

const [HOME, LAB] = [SiteId.parse('home'), SiteId.parse('lab')];
const guest = (vmid: number, site = HOME): Target => ({ kind: 'guest', site, vmid: Vmid.parse(vmid) });
const bound = (pools: Bound['pools'], guests: Bound['guests'] = []): Bound => ({ pools, guests });
const WEB = bound([{ site: HOME, pool: 'web' }]);

const somePlace = fc.constantFrom(HOME, LAB);
const somePool = fc
  .tuple(somePlace, fc.constantFrom('web', 'db', 'a/b'))
  .map(([site, pool]) => ({ site, pool }));
const someRange = fc
  .tuple(somePlace, fc.integer({ min: 100, max: 110 }), fc.nat(5))
  .map(([site, from, more]) => ({ site, from, to: from + more }));
const someBound = fc
  .tuple(fc.array(somePool, { maxLength: 3 }), fc.array(someRange, { maxLength: 3 }))
  .map(([pools, guests]) => bound(pools, guests));
const someScope: fc.Arbitrary<Scope> = fc.oneof(fc.constant('everything' as const), someBound);
const somewhere = fc.record({
  target: fc
    .record({ vmid: fc.integer({ min: 100, max: 116 }), site: fc.constantFrom(HOME, LAB) })
    .map(({ vmid, site }) => guest(vmid, site)),
  pool: fc.constantFrom('web', 'db', 'a/b', 'a', '', null),
});

describe('what a person is bound to', () => {
  it('reaches the guests of its pools and its own numbers on their site, and no other', () => {
    const scope = bound([{ site: HOME, pool: 'web' }], [{ site: HOME, from: 200, to: 209 }]);
    assert.equal(within(scope, guest(101), 'web'), true);
    assert.equal(within(scope, guest(101, LAB), 'web'), false);
    assert.equal(within(scope, guest(101), 'webshop'), false);
    assert.equal(within(scope, guest(209), ''), true);
    assert.equal(within(scope, guest(210), ''), false);
    assert.equal(within(scope, guest(200, LAB), ''), false);
  });

  it('reaches no guest whose pool is not known, and no node, rules or other person', () => {
    assert.equal(within(WEB, guest(101), null), false);
    const node: Target = { kind: 'node', site: HOME, node: NodeName.parse('pve1') };
    for (const target of [node, { kind: 'rules' } as const, Target.parse({ kind: 'person', person: 'ada' })])
      for (const pool of ['', 'web']) assert.equal(within(WEB, target, pool), false);
  });

  it('reaches what is about the person themselves', () => {
    const kim = { id: PersonId.parse('kim'), scope: WEB };
    assert.equal(reaches(kim, { kind: 'person', person: kim.id }, []), true);
    assert.equal(reaches(kim, { kind: 'person', person: PersonId.parse('ada') }, []), false);
  });

  it('reaches nothing by pool where the inventory of guests could not be read', () => {
    const kim = somebody('kim', 'viewer', { scope: WEB });
    const known = someInventory(0);
    const web = known.guests.known ? known.guests.value.map((row) => ({ ...row, pool: 'web' })) : [];
    const seen = { ...known, guests: { known: true as const, value: web } };
    assert.equal(reaches(kim, guest(101), [seen]), true);
    assert.equal(reaches(kim, guest(101), [{ ...seen, guests: { known: false, why: 'forbidden' } }]), false);
    assert.equal(reaches(kim, guest(101), []), false);
  });

  it('whoever is bound to everything reaches everything', () => {
    fc.assert(
      fc.property(somewhere, ({ target, pool }) => {
        assert.equal(within('everything', target, pool), true);
      }),
    );
  });

  it('a narrower scope reaches nothing that a wider one does not', () => {
    fc.assert(
      fc.property(someScope, someScope, somewhere, (inner, outer, { target, pool }) => {
        if (isNarrower(inner, outer) && within(inner, target, pool))
          assert.equal(within(outer, target, pool), true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is narrower with fewer pools and guests, of the same sites, and never wider than everything', () => {
    const guests = (from: number, to: number, site = HOME) => bound([], [{ site, from, to }]);
    const both = bound(
      [
        { site: HOME, pool: 'web' },
        { site: LAB, pool: 'db' },
      ],
      [{ site: HOME, from: 200, to: 209 }],
    );
    for (const inner of [WEB, both, bound([]), guests(200, 209), guests(203, 205)])
      assert.equal(isNarrower(inner, both), true);
    for (const inner of [
      guests(199, 209),
      guests(200, 210),
      guests(200, 209, LAB),
      bound([{ site: LAB, pool: 'web' }]),
      bound([{ site: HOME, pool: 'db' }]),
    ])
      assert.equal(isNarrower(inner, both), false);
    assert.equal(
      isNarrower(
        bound([
          { site: HOME, pool: 'db' },
          { site: HOME, pool: 'web' },
        ]),
        WEB,
      ),
      false,
    );
    assert.equal(isNarrower(both, 'everything'), true);
    assert.equal(isNarrower('everything', 'everything'), true);
    assert.equal(isNarrower('everything', both), false);
  });

  it('what is typed is what is shown, where there are several sites', () => {
    fc.assert(
      fc.property(someBound, (scope) => {
        assert.deepEqual(readScope(scopeParts(scope), [HOME, LAB]), { ok: true, value: scope });
      }),
    );
  });

  it('the site may be left out where there is one, also before a pool whose name has a slash', () => {
    assert.deepEqual(readScope({ pools: ['a/b', 'home/web'], guests: ['101', '200-209'] }, [HOME]), {
      ok: true,
      value: {
        pools: [
          { site: HOME, pool: 'a/b' },
          { site: HOME, pool: 'web' },
        ],
        guests: [
          { site: HOME, from: 101, to: 101 },
          { site: HOME, from: 200, to: 209 },
        ],
      },
    });
  });

  for (const [typed, expected] of [
    [{ pools: [], guests: ['99'] }, 'guests'],
    [{ pools: [], guests: ['200-100'] }, 'guests'],
    [{ pools: [], guests: ['home/*'] }, 'guests'],
    [{ pools: [], guests: [''] }, 'guests'],
    [{ pools: [], guests: ['x101'] }, 'guests'],
    [{ pools: [], guests: ['101x'] }, 'guests'],
    [{ pools: [], guests: ['101-200-300'] }, 'guests'],
    [{ pools: [], guests: ['101-'] }, 'guests'],
    [{ pools: [''], guests: [] }, 'pool'],
    [{ pools: ['home/'], guests: [] }, 'pool'],
  ] as const)
    it(`${JSON.stringify(typed)} is not read as a scope`, () => {
      const read = readScope(typed, [HOME]);
      assert.ok(!read.ok && read.error.expected === expected);
    });

  it('a guest without its site is no guest where there are several sites', () => {
    const read = readScope({ pools: [], guests: ['101'] }, [HOME, LAB]);
    assert.ok(!read.ok && read.error.expected === 'site');
  });

  it('what is no guest and no pool on any site is not asked for its site', () => {
    const problem = (pools: readonly string[], guests: readonly string[], sites = [HOME, LAB]) => {
      const read = readScope({ pools, guests }, sites);
      return read.ok ? null : read.error;
    };
    assert.deepEqual(problem([], ['web']), { text: 'web', expected: 'guests' });
    assert.deepEqual(problem([''], []), { text: '', expected: 'pool' });
    assert.deepEqual(problem(['web'], []), { text: 'web', expected: 'site' });
    assert.deepEqual(problem(['web'], [], []), { text: 'web', expected: 'site' });
    assert.deepEqual(problem(['homeweb'], []), { text: 'homeweb', expected: 'site' });
    assert.deepEqual(problem([], ['home/200-100'], [HOME]), { text: 'home/200-100', expected: 'guests' });
    assert.equal(problem(['home'], [], [HOME]), null, 'a pool may be called like its site');
  });

  it('in one line is the same for the same scope however it was typed, and says what is everything', () => {
    const parts = [
      { pools: ['home/web', 'home/a/b'], guests: ['home/200-209', 'home/101'] },
      { pools: ['home/a/b', 'home/web'], guests: ['home/101', 'home/200-209'] },
    ];
    for (const typed of parts) {
      const read = readScope(typed, [HOME, LAB]);
      assert.equal(read.ok && scopeLine(read.value), 'home/101, home/200-209, pool home/a/b, pool home/web');
    }
    assert.equal(scopeLine('everything'), 'everything');
  });

  it('a scope with a key that nobody knows, or a range the wrong way round, is none', () => {
    assert.equal(Scope.safeParse({ pools: [], guests: [], nodes: [] }).success, false);
    assert.equal(Scope.safeParse('all').success, false);
    const backwards = Scope.safeParse(bound([], [{ site: HOME, from: 110, to: 100 }]));
    assert.match(backwards.error?.message ?? '', /a range whose first guest id is not above its last/);
  });
});
