import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConfig } from '#db/config/read-config';
import { SiteId, Vmid } from '#policies/ids';
import { type Case, Cases, peopleOf } from '#policies/review/cases';
import { simulate } from '#policies/review/simulate';
import { tryCase } from '#policies/review/try-case';
import { asked, ruleFile } from '../decide/asked.ts';
import { ada, EVERYBODY, ivan, omar, vera } from '../people.ts';

const rules = ruleFile(
  [
    {
      id: 'stop',
      match: { action: ['guest.stop'] },
      need: [
        { count: 1, role: 'admin' },
        { count: 1, group: 'net' },
      ],
      window: 'night',
      cooldown: '10m',
    },
    { id: 'db', match: { vmid: [200] }, deny: 'not the database' },
  ],
  {
    zone: 'Europe/Berlin',
    groups: { net: ['ada', 'omar'] },
    windows: { night: { from: '22:00', until: '05:00' } },
  },
);

const TABLE = `
version: 1
people: { omar: { role: operator }, ada: { role: admin }, ivan: { role: admin } }
cases:
  - name: a stop needs an admin and somebody of net
    request: { action: guest.stop, target: 101, as: omar }
    expect: ask
    needs: [{ count: 1, group: net }, { count: 1, role: admin }]
    rules: [stop]
    filled_by: [ivan, ada]
    not_filled_by: [ivan, omar]
  - name: nobody stops the database
    request: { action: guest.stop, target: 200, as: ada }
    expect: refuse
    because: denied
`;

const read = (text: string) => {
  const cases = parseConfig(text, Cases);
  assert.ok(cases.ok, JSON.stringify(cases));
  return cases.value;
};

describe('A table of cases', () => {
  const { cases, people = {} } = read(TABLE);
  const trying = {
    rules,
    people: peopleOf(people),
    site: SiteId.parse('home'),
    at: Date.UTC(2026, 10, 25, 12),
  };
  const [stop, database] = cases;
  assert.ok(stop && database);
  const wrong = (one: Case) => tryCase(one, trying).map(({ wrong }) => wrong);

  it('says nothing where the rules do what it says', () => {
    assert.deepEqual(cases.flatMap(wrong), []);
  });

  it('tells each thing that is not as it says', () => {
    assert.deepEqual(wrong({ ...stop, expect: 'allow' }), ['verdict']);
    assert.deepEqual(wrong({ ...stop, needs: [{ count: 2, role: 'admin' }] }), ['needs']);
    assert.deepEqual(wrong({ ...stop, rules: ['other'] }), ['rules']);
    assert.deepEqual(wrong({ ...stop, filled_by: [ivan.id] }), ['not-filled']);
    assert.deepEqual(wrong({ ...stop, not_filled_by: [ivan.id, ada.id] }), ['filled']);
    assert.deepEqual(wrong({ ...database, because: 'frozen' }), ['because']);
    assert.deepEqual(wrong({ ...stop, filled_by: [vera.id] }), ['no-such-person']);
    assert.deepEqual(wrong({ ...stop, request: { ...stop.request, at: '2026-02-30T10:00' } }), [
      'no-such-moment',
    ]);
    assert.deepEqual(wrong({ ...stop, request: { ...stop.request, action: 'host.recipe' } }), ['target']);
  });

  it('tells the rules that it wanted, and asks a refusal neither for people nor for a reason that it has not', () => {
    const [wanted] = tryCase({ ...stop, rules: ['stop', 'other'] }, trying);
    assert.ok(wanted?.wrong === 'rules' && wanted.wanted === 'stop, other');
    assert.deepEqual(wrong({ ...stop, because: 'denied' }), ['because']);
    assert.deepEqual(wrong({ ...stop, because: 'ask' }), []);
    assert.deepEqual(wrong({ ...database, needs: [] }), []);
    assert.deepEqual(wrong({ ...database, needs: [{ count: 1, role: 'admin' }] }), ['needs']);
    assert.deepEqual(wrong({ ...database, filled_by: [ivan.id] }), ['not-filled']);
    assert.deepEqual(wrong({ ...database, not_filled_by: [ivan.id] }), []);
  });

  it('is asked by the one whom it names', () => {
    const own: Case = { name: 'n', request: { ...stop.request, as: ivan.id }, expect: 'ask' };
    assert.deepEqual(wrong({ ...own, not_filled_by: [ivan.id, ada.id] }), []);
    assert.deepEqual(wrong({ ...own, filled_by: [ada.id, omar.id] }), []);
  });

  it('a fact and a place that a case does not say are unknown, so that a rule that looks at them is a no', () => {
    const looking = {
      ...trying,
      rules: ruleFile([{ id: 'x', match: { node: ['pve1'], action: ['guest.stop'] }, need: [] }]),
    };
    const one: Case = { name: 'n', request: { ...stop.request }, expect: 'refuse', because: 'fact-unknown' };
    assert.deepEqual(tryCase(one, looking), []);
  });

  it('a key that is none is a complaint with its place', () => {
    const bad = parseConfig(TABLE.replace('expect: ask', 'expects: ask'), Cases);
    assert.ok(!bad.ok);
    assert.deepEqual(bad.error.map(({ at, line }) => [at, line]).sort(), [
      ['cases.0.expect', null],
      ['cases.0.expects', 7],
    ]);
  });
});

describe('A simulated vote', () => {
  const at = Date.parse('2026-11-25T12:00Z');
  const play = (...votes: readonly (typeof ada)[]) =>
    simulate(rules, { request: asked({ at }), votes: votes.map(({ id }) => id), people: EVERYBODY });

  it('tells who fills which place, whose vote counts for nothing and why, and when it may begin', () => {
    const { voting } = play(ivan, ada);
    assert.deepEqual(
      voting?.slots.map(({ person }) => person),
      ['ada', 'ivan'],
    );
    assert.equal(voting?.filled, true);
    assert.deepEqual(
      voting.cannot.map(({ person, why }) => [person, why.no]),
      [
        ['vera', 'fits-no-slot'],
        ['omar', 'own-request'],
      ],
    );
    const from = Date.parse('2026-11-25T22:00+01:00');
    assert.deepEqual(voting.begin, { since: at, from, until: from + 30 * 60_000 });
  });

  it('inside the window it rests first, and a place that nobody fills stays open', () => {
    const night = Date.parse('2026-11-25T23:00+01:00');
    const { voting } = simulate(rules, {
      request: asked({ at: night }),
      votes: [omar.id, ivan.id],
      people: EVERYBODY,
    });
    assert.equal(voting?.begin?.from, night + 600_000);
    assert.equal(voting.filled, false);
  });

  it('counts only whom the target is not hidden from', () => {
    const bound = { ...ada, scope: { pools: [], guests: [] } };
    const { voting } = simulate(rules, {
      request: asked({ at }),
      votes: [ivan.id, ada.id],
      people: [omar, ivan, bound],
    });
    assert.equal(voting?.filled, false);
    assert.deepEqual(
      voting.cannot.map(({ person, why }) => [person, why.no]),
      [
        ['omar', 'own-request'],
        ['ada', 'out-of-scope'],
      ],
    );
  });

  it('ends with the no of the rules', () => {
    const request = asked({ target: { kind: 'guest', site: SiteId.parse('home'), vmid: Vmid.parse(200) } });
    assert.equal(simulate(rules, { request, votes: [], people: EVERYBODY }).voting, null);
  });
});
