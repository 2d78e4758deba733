import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expected } from '#policies/expected';
import { SiteId } from '#policies/ids';
import { type Case, Cases, LocalMoment, peopleOf, requestOf } from '#policies/review/cases';
import { localMoment } from '#policies/review/local-moment';
import { ruleFile } from '../decide/asked.ts';
import { omar } from '../people.ts';

const stop = { action: 'guest.stop', target: 101, as: 'omar' };

const tableOf = (one: object, more: object = {}) => ({ version: 1, ...more, cases: [one] });
const asking = (request: object) => tableOf({ name: 'n', request, expect: 'ask' });

const read = (table: object) => Cases.safeParse(table, { error: expected });

const caseOf = (table: object): Case => {
  const { success, data, error } = read(table);
  assert.ok(success, JSON.stringify(error?.issues));
  return data.cases[0] ?? assert.fail();
};

const complaint = (table: object): string => {
  const [first, ...others] = read(table).error?.issues ?? [];
  assert.ok(first && others.length === 0, JSON.stringify(others));
  return `${first.path.join('.')}: ${first.message}`;
};

const at = Date.UTC(2026, 10, 25, 12);
const around = { at, site: SiteId.parse('home'), requester: omar };
const request = (asked: object) => requestOf(caseOf(asking(asked)).request, around);
const targetOf = (action: string, target: string | number) =>
  request({ ...stop, action, target })?.target ?? null;

describe('A case', () => {
  it('asks about what nobody knows anything of, unless it says more', () => {
    const unknown = 'unknown';
    assert.deepEqual(request(stop), {
      at,
      action: 'guest.stop',
      target: { kind: 'guest', site: 'home', vmid: 101 },
      risk: 'high',
      requester: omar,
      platform: '',
      node: null,
      pool: '',
      tags: [],
      registeredTags: [],
      facts: {
        quorum: unknown,
        node_online: unknown,
        guest_kind: unknown,
        power: unknown,
        last_backup: unknown,
      },
    });
  });

  it('asks for exactly what it says', () => {
    const more = {
      risk: 'critical',
      platform: 'telegram',
      node: 'pve1',
      pool: 'db',
      tags: ['prod'],
      facts: { quorum: 'no', node_online: 'yes', guest_kind: 'lxc', power: 'paused', last_backup: 'never' },
    };
    assert.deepEqual(request({ ...stop, ...more, site: 'lab', registered_tags: ['lab'] }), {
      at,
      action: 'guest.stop',
      requester: omar,
      ...more,
      target: { kind: 'guest', site: 'lab', vmid: 101 },
      registeredTags: ['lab'],
    });
  });

  it('is about a target of the kind that its action has, and about none otherwise', () => {
    const [guest, node] = [
      { kind: 'guest', site: 'home', vmid: 101 },
      { kind: 'node', site: 'home', node: 'pve1' },
    ];
    assert.deepEqual(targetOf('guest.stop', 101), guest);
    assert.deepEqual(targetOf('guest.stop', '101'), guest);
    assert.equal(targetOf('guest.stop', 'pve1'), null);
    assert.deepEqual(targetOf('host.recipe', 'pve1'), node);
    assert.equal(targetOf('host.recipe', 101), null);
    assert.deepEqual(targetOf('change.undo', 101), guest);
    assert.deepEqual(targetOf('change.undo', 'pve1'), node);
    assert.deepEqual(targetOf('rules.change', 'rules'), { kind: 'rules' });
    assert.equal(targetOf('rules.change', 'pve1'), null);
    assert.deepEqual(targetOf('person.role', 'ada'), { kind: 'person', person: 'ada' });
  });

  it('about a node is on that node unless it says another', () => {
    const recipe = { ...stop, action: 'host.recipe', target: 'pve1' };
    assert.equal(request(recipe)?.node, 'pve1');
    assert.equal(request({ ...recipe, node: 'pve2' })?.node, 'pve2');
  });

  it('is about a guest id or a node name, at a moment by the clock', () => {
    const wrongTarget = (target: unknown) => complaint(asking({ ...stop, target }));
    assert.equal(wrongTarget({}), 'cases.0.request.target: a guest id or a node name');
    assert.equal(wrongTarget('a b'), 'cases.0.request.target: a node name such as "pve1"');
    assert.equal(wrongTarget(99), 'cases.0.request.target: a guest id from 100 to 999999999');
    for (const fine of [
      '2026-11-29T02:30',
      '2026-11-29T00:00',
      '2026-11-29T23:59',
      '2026-11-29T19:00',
      '2026-11-29T10:05',
    ])
      assert.equal(LocalMoment.safeParse(fine).success, true, fine);
    for (const wrong of [
      '2026-11-29',
      '2026-11-29T24:00',
      '2026-11-29T2:30',
      '2026-11-29T02:60',
      '02026-11-29T02:30',
      '2026-11-29T02:30Z',
      '2026-11-29 02:30',
      '26-11-29T02:30',
      '2026-1-29T02:30',
      '2026-11-9T02:30',
      '2026-11-29T30:30',
      '2026-11-29T02:3',
      20261129,
      '',
    ])
      assert.equal(
        complaint(asking({ ...stop, at: wrong })),
        'cases.0.request.at: a moment such as "2026-11-29T02:30"',
      );
  });

  it('has a name, says what is expected, and no key that nobody reads', () => {
    const one = { name: 'n', request: stop, expect: 'ask' };
    caseOf(tableOf({ ...one, name: 'n'.repeat(200) }));
    assert.equal(complaint(tableOf({ ...one, name: '' })), 'cases.0.name: at least 1 characters');
    assert.equal(
      complaint(tableOf({ ...one, name: 'n'.repeat(201) })),
      'cases.0.name: at most 200 characters',
    );
    assert.equal(complaint(tableOf({ ...one, expect: 'yes' })), 'cases.0.expect: allow, ask or refuse');
    for (const expect of ['allow', 'ask', 'refuse'])
      assert.equal(caseOf(tableOf({ ...one, expect })).expect, expect);
    assert.match(complaint(asking({ ...stop, shoe: 44 })), /^cases\.0\.request: .*shoe/);
    assert.match(complaint(asking({ ...stop, facts: { shoe: 44 } })), /^cases\.0\.request\.facts: .*shoe/);
    assert.match(complaint(tableOf(one, { people: { ada: { role: 'admin', shoe: 44 } } })), /shoe/);
    assert.match(complaint(tableOf(one, { shoe: 44 })), /shoe/);
    assert.equal(complaint({ version: 1, cases: [] }), 'cases: at least 1 entries');
  });
});

describe('The people of a table', () => {
  it('are in the role that it gives them, in no group, bound to nothing, with access', () => {
    const { people = {} } = Cases.parse(
      tableOf({ name: 'n', request: stop, expect: 'ask' }, { people: { ada: { role: 'admin' } } }),
    );
    assert.deepEqual(peopleOf(people), [
      { id: 'ada', name: 'ada', role: 'admin', groups: [], scope: 'everything', locale: '', disabled: false },
    ]);
  });
});

describe('A moment by the clocks of a rule file', () => {
  it('is read in its zone, or in UTC where it names none', () => {
    const local = (text: string, zone?: string) => localMoment(text, ruleFile([], { zone }));
    assert.equal(local('2026-11-29T02:30', 'Europe/Berlin'), Date.parse('2026-11-29T02:30+01:00'));
    assert.equal(local('2026-11-29T02:30'), Date.parse('2026-11-29T02:30Z'));
    assert.equal(local('2026-02-30T02:30'), null);
  });
});
