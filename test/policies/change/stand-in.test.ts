import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { asVoters, lenders, type StandIn } from '#policies/change/stand-in';
import { countVotes, mayVote } from '#policies/change/vote';
import { canBeMet } from '#policies/decide/can-be-met';
import { PersonId, PlanHash, SiteId } from '#policies/ids';
import { effectDiff } from '#policies/review/diff';
import { lint } from '#policies/review/lint/lint';
import { Rules } from '#policies/rules/schema';
import { standInsOf } from '#policies/rules/stand-in';
import { crowds, needs } from '../decide/arbitrary.ts';
import { asked, needing, ruleFile } from '../decide/asked.ts';
import { omar, somebody } from '../people.ts';

const maria = somebody('maria', 'admin', { groups: ['net'] });
const tom = somebody('tom', 'operator');
const bob = somebody('bob', 'viewer');
const people = [omar, maria, tom, bob];
const plan = PlanHash.parse('a'.repeat(64));
const NOW = Date.UTC(2026, 10, 25, 12);

const pair = (one: string, by: string, more: Partial<StandIn> = {}): StandIn => ({
  for: PersonId.parse(one),
  by: PersonId.parse(by),
  from: 0,
  until: NOW + 1000,
  ...more,
});
const voters = (standIns: readonly StandIn[], now = NOW, requester = omar.id) =>
  asVoters(people, { requester, now, standIns });
const tomIn = (standIns: readonly StandIn[], now = NOW, requester = omar.id) =>
  voters(standIns, now, requester).find(({ id }) => id === tom.id);
const file = (more: object = {}) =>
  ruleFile([], {
    zone: 'Europe/Berlin',
    stand_ins: [{ for: 'maria', by: 'tom', until: '2026-12-02', ...more }],
  });

describe('somebody who stands in', () => {
  it('has the role and the groups of whom they stand in for, when they vote', () => {
    assert.deepEqual(tomIn([pair('maria', 'tom')]), { ...tom, role: 'admin', groups: ['net'] });
    assert.deepEqual(tomIn([]), tom);
  });

  it('has them from the first moment on, and no more at the last', () => {
    const night = [pair('maria', 'tom', { from: NOW, until: NOW + 60_000 })];
    const roles = [NOW - 1, NOW, NOW + 59_999, NOW + 60_000].map((now) => tomIn(night, now)?.role);
    assert.deepEqual(roles, ['operator', 'admin', 'admin', 'operator']);
  });

  it('for the one who asked has nothing by that', () => {
    assert.deepEqual(tomIn([pair('maria', 'tom')], NOW, maria.id), tom);
  });

  it('for somebody without access, or whom nobody knows, has nothing by that', () => {
    const off = people.map((person) => (person.id === maria.id ? { ...person, disabled: true } : person));
    const at = { requester: omar.id, now: NOW, standIns: [pair('maria', 'tom'), pair('nobody', 'tom')] };
    assert.deepEqual(asVoters(off, at)[2], tom);
  });

  it('has their own groups beside, each once, and the strongest of the roles', () => {
    const all = [
      somebody('maria', 'operator', { groups: ['net', 'db'] }),
      somebody('tom', 'admin', { groups: ['net'] }),
    ];
    const at = { requester: omar.id, now: NOW, standIns: [pair('maria', 'tom')] };
    assert.deepEqual(asVoters(all, at)[1], { ...all[1], role: 'admin', groups: ['net', 'db'] });
  });

  it('is one of the people as they are where nobody stands in for anybody', () => {
    assert.equal(voters([]), people);
  });

  it('is told whom they stand in for: by name, in this vote, and nobody without access', () => {
    const lent = (standIns: readonly StandIn[], all = people, now = NOW) =>
      lenders(tom, all, { requester: omar.id, now, standIns }).map(({ id }) => id);
    assert.deepEqual(lent([pair('maria', 'tom'), pair('bob', 'tom')]), ['maria', 'bob']);
    assert.deepEqual(lent([pair('maria', 'bob')]), []);
    assert.deepEqual(lent([pair('omar', 'tom')]), [], 'nobody stands in for whoever asked');
    assert.deepEqual(lent([pair('maria', 'tom', { until: NOW })]), []);
    assert.deepEqual(lent([pair('maria', 'tom')], [{ ...maria, disabled: true }, tom]), []);
  });

  it('lends nothing on: a chain is not followed', () => {
    const both = voters([pair('maria', 'tom'), pair('tom', 'bob')]);
    assert.deepEqual(
      both.map(({ id, role }) => `${id} ${role}`),
      ['omar operator', 'maria admin', 'tom admin', 'bob operator'],
    );
  });

  it('is one person: their vote and that of whom they stand in for fill two places, theirs alone one', () => {
    const quorum = { needs: [{ count: 2, role: 'admin' as const }], voteValidFor: 1000 };
    const vote = (person: PersonId) => ({ person, plan, at: NOW });
    const count = (...ids: PersonId[]) =>
      countVotes(quorum, {
        requester: omar.id,
        plan,
        votes: ids.map(vote),
        people: voters([pair('maria', 'tom')]),
        now: NOW,
      }).slots.filter(({ person }) => person).length;
    assert.deepEqual([count(tom.id), count(tom.id, tom.id), count(tom.id, maria.id)], [1, 1, 2]);
  });

  const chance = fc.record({
    for: fc.constantFrom('p0', 'p1', 'p2', 'omar'),
    by: fc.constantFrom('p1', 'p2', 'p3', 'omar'),
    from: fc.integer({ min: 0, max: 100 }),
    until: fc.integer({ min: 0, max: 200 }),
  });
  const somePairs = fc.array(
    chance.map(({ for: one, by, ...when }) => pair(one, by, when)),
    { maxLength: 5 },
  );

  it('never fills more places than people voted, nor fewer than without, and never one for the requester', () => {
    fc.assert(
      fc.property(crowds, needs, somePairs, fc.subarray([0, 1, 2, 3, 4, 5, 6]), (crowd, asks, list, who) => {
        const all = [omar, ...crowd];
        const votes = who.map((no) => ({ person: PersonId.parse(`p${no}`), plan, at: 50 }));
        const own = { person: omar.id, plan, at: 50 };
        const quorum = { needs: asks, voteValidFor: 1000 };
        const filled = (now: number, standIns: readonly StandIn[]) => {
          const seen = asVoters(all, { requester: omar.id, now, standIns });
          const ballot = { requester: omar.id, plan, votes: [...votes, own], people: seen, now };
          return countVotes(quorum, ballot).slots.flatMap(({ person }) => person ?? []);
        };
        const by = filled(60, list);
        assert.equal(new Set(by).size, by.length);
        assert.ok(by.length <= votes.length && !by.includes(omar.id));
        assert.ok(by.length >= filled(60, []).length);
        assert.deepEqual(filled(200, list), filled(200, []));
      }),
      { numRuns: 1000 },
    );
  });

  it('helps to meet what nobody else can, except for their own request and that of whom they stand in for', () => {
    const twoAdmins = [{ count: 2, role: 'admin' as const }];
    const met = (requester: typeof omar, list: readonly StandIn[]) =>
      canBeMet(twoAdmins, asVoters(people, { requester: requester.id, now: NOW, standIns: list }), requester);
    const list = [pair('maria', 'tom')];
    assert.deepEqual(
      [met(omar, []), met(omar, list), met(maria, list), met(tom, list)],
      [false, true, false, false],
    );
    const as = tomIn(list);
    assert.ok(
      as &&
        mayVote(
          { needs: twoAdmins, voteValidFor: 1 },
          { requester: omar.id, plan, votes: [], people, now: 1 },
          as,
        ).ok,
    );
  });
});

describe('stand-ins in a rule file', () => {
  it('hold by the clocks of its zone, to the end of their last day', () => {
    const [one] = standInsOf(file());
    assert.deepEqual(one, { for: 'maria', by: 'tom', from: 0, until: Date.UTC(2026, 11, 2, 23) });
    const [two] = standInsOf(file({ from: '2026-11-25T18:00', until: '2026-12-02T06:30' }));
    assert.deepEqual([two?.from, two?.until], [Date.UTC(2026, 10, 25, 17), Date.UTC(2026, 11, 2, 5, 30)]);
  });

  it('begin and end where clocks jump: in the hour that is not there, and in the first of two', () => {
    const [gap] = standInsOf(file({ from: '2027-03-28T02:30', until: '2027-10-31T02:30' }));
    assert.equal(gap?.from, Date.UTC(2027, 2, 28, 1));
    assert.equal(gap?.until, Date.UTC(2027, 9, 31, 0, 30));
  });

  it('are refused without a zone, backwards, for oneself, and with any other word', () => {
    const one = { for: 'maria', by: 'tom', until: '2026-12-02' };
    const isRead = (stand_in: object, zone: string | undefined = 'Europe/Berlin') =>
      Rules.safeParse({ version: 1, rules: [], ...(zone ? { zone } : {}), stand_ins: [stand_in] }).success;
    assert.equal(isRead(one), true);
    assert.equal(Rules.safeParse({ version: 1, rules: [], stand_ins: [one] }).success, false);
    for (const wrong of [
      { ...one, from: '2026-12-03' },
      { ...one, by: 'maria' },
      { ...one, until: 'soon' },
      { ...one, chain: true },
      { for: 'maria', by: 'tom' },
    ])
      assert.equal(isRead(wrong), false);
  });

  it('show as looser where they are new or last longer', () => {
    const rules = { ...needing({ count: 1, role: 'admin' }), zone: file().zone };
    const until = (end: string) => ({ ...rules, stand_ins: file({ until: end }).stand_ins });
    const trial = { request: asked(), person: null, where: {}, change: null };
    const way = (a: Rules, b: Rules) => effectDiff([a, b], [trial]).map(({ direction }) => direction);
    assert.deepEqual(way(rules, until('2026-12-02')), ['looser']);
    assert.deepEqual(way(until('2026-12-02'), until('2026-12-03')), ['looser']);
    assert.deepEqual(way(until('2026-12-03'), until('2026-12-02')), ['tighter']);
    assert.deepEqual(way(until('2026-12-02'), until('2026-12-02')), []);
  });

  it('are looked at: ended, unknown, chains and circles', () => {
    const day = { until: '2026-12-02' };
    const rules = ruleFile([], {
      zone: 'UTC',
      stand_ins: [
        { for: 'maria', by: 'tom', until: '2026-11-01' },
        { for: 'tom', by: 'bob', ...day },
        { for: 'bob', by: 'tom', ...day },
        { for: 'maria', by: 'ghost', ...day },
      ],
    });
    const site = SiteId.parse('home');
    const found = lint(rules, { site, at: NOW, population: { people, links: [], factors: new Map() } });
    assert.deepEqual(
      found.map((one) => JSON.stringify(one)).filter((text) => text.includes('stand-in')),
      [
        '{"lint":"stand-in-ended","for":"maria","by":"tom"}',
        '{"lint":"stand-in-chain","for":"maria","by":"tom"}',
        '{"lint":"stand-in-circle","for":"tom","by":"bob"}',
        '{"lint":"stand-in-circle","for":"bob","by":"tom"}',
        '{"lint":"stand-in-unknown","person":"ghost"}',
      ],
    );
  });
});
