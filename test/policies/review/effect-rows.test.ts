import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChangeId } from '#policies/ids';
import type { Trial } from '#policies/review/corpus';
import { decideBy, effectDiff } from '#policies/review/diff';
import { differingTerms } from '#policies/review/strictness';
import type { Rules } from '#policies/rules/schema';
import { asked, ruleFile } from '../decide/asked.ts';
import { ada, ivan, omar } from '../people.ts';

const trial = (more: Parameters<typeof asked>[0] = {}, rest: Partial<Trial> = {}): Trial => ({
  request: asked(more),
  person: null,
  where: {},
  change: null,
  ...rest,
});

const change = (no: number): Trial['change'] => ({ id: ChangeId.parse('a'.repeat(20)), no });

const stop = { id: 'stop', match: { action: ['guest.stop'] }, need: [{ count: 1, role: 'admin' }] };
const free = { ...stop, need: [] };
const deny = { id: 'no', match: { action: ['guest.stop'] }, deny: 'no' };

const rows = (old: Rules, next: Rules, ...corpus: readonly Trial[]) =>
  effectDiff([old, next], corpus).map(({ role, person, direction, changes }) => ({
    role,
    person,
    direction,
    changes,
  }));

describe('The rows of an effect', () => {
  it('say once what several requests show, and which of them were really made', () => {
    const corpus = [trial(), trial({}, { change: change(7) }), trial({}, { change: change(9) })];
    assert.deepEqual(rows(ruleFile([stop]), ruleFile([free]), ...corpus), [
      { role: 'operator', person: null, direction: 'looser', changes: [7, 9] },
    ]);
  });

  it('tell apart roles and people', () => {
    const corpus = [
      trial(),
      trial({ requester: ada }),
      trial({ requester: ada }, { person: ada.id }),
      trial({ requester: ivan }, { person: ivan.id }),
    ];
    assert.deepEqual(
      rows(ruleFile([stop]), ruleFile([free]), ...corpus).map(({ role, person }) => [role, person]),
      [
        ['operator', null],
        ['admin', null],
        ['admin', 'ada'],
        ['admin', 'ivan'],
      ],
    );
  });

  it('tell apart what was asked for and at which risk', () => {
    const any = (need: readonly object[]) =>
      ruleFile([{ id: 'any', match: { risk: ['medium', 'high'] }, need }]);
    const all = effectDiff(
      [any(stop.need), any([])],
      [trial(), trial({ risk: 'medium' }), trial({ action: 'guest.suspend' })],
    );
    assert.deepEqual(
      all.map(({ action, risk }) => [action, risk]),
      [
        ['guest.stop', 'high'],
        ['guest.stop', 'medium'],
        ['guest.suspend', 'high'],
      ],
    );
  });

  it('tell apart from what to what it changes', () => {
    const some = {
      ...stop,
      match: { ...stop.match, pool: ['db'] },
      need: [{ count: 2, role: 'admin' }],
      id: 'db',
    };
    const corpus = [trial(), trial({ pool: 'db' })];
    assert.equal(rows(ruleFile([stop, some]), ruleFile([free]), ...corpus).length, 2);
    assert.equal(rows(ruleFile([free]), ruleFile([stop, some]), ...corpus).length, 2);
  });

  it('tell first what is looser', () => {
    const inPool = (pool: string, need: readonly object[]) => ({
      id: pool,
      match: { ...stop.match, pool: [pool] },
      need,
    });
    const [old, next] = [
      ruleFile([inPool('a', []), inPool('b', stop.need)]),
      ruleFile([inPool('a', stop.need), inPool('b', [])]),
    ];
    const corpus = [trial({ pool: 'a' }), trial({ pool: 'b' })];
    assert.deepEqual(
      rows(old, next, ...corpus).map(({ direction }) => direction),
      ['looser', 'tighter'],
    );
  });

  it('tell as neither looser nor tighter what asks for the same people by another name', () => {
    const groups = { net: ['ada', 'ivan'], web: ['ada', 'ivan'] };
    const by = (group: string) => ruleFile([{ ...stop, need: [{ count: 1, group }] }], { groups });
    assert.deepEqual(
      rows(by('net'), by('web'), trial()).map(({ direction }) => direction),
      ['other'],
    );
    const mixed = [trial(), trial({ pool: 'db' })];
    const db = (need: readonly object[]) => ({ id: 'db', match: { pool: ['db'] }, need });
    const file = (group: string, need: readonly object[]) =>
      ruleFile([{ ...stop, need: [{ count: 1, group }] }, db(need)], { groups });
    assert.deepEqual(
      rows(file('net', [{ count: 2, role: 'admin' }]), file('web', []), ...mixed).map(
        ({ direction }) => direction,
      ),
      ['looser', 'other'],
    );
  });

  it('are none where only other rules speak, or a no has another reason', () => {
    assert.deepEqual(rows(ruleFile([stop]), ruleFile([{ ...stop, id: 'other' }]), trial()), []);
    assert.deepEqual(rows(ruleFile([deny]), ruleFile([]), trial()), []);
    assert.deepEqual(rows(ruleFile([{ ...deny, deny: 'not today' }]), ruleFile([deny]), trial()), []);
  });

  it('see the requester in the groups of each file', () => {
    const net = (members: readonly string[]) =>
      ruleFile([{ ...free, who: { group: 'net' } }], { groups: { net: members } });
    assert.equal(decideBy(net(['omar']), asked()).verdict, 'allow');
    assert.equal(
      decideBy(net(['ada']), asked({ requester: { ...omar, groups: ['net'] } })).verdict,
      'refuse',
    );
    assert.deepEqual(
      rows(net(['ada']), net(['omar']), trial()).map(({ direction }) => direction),
      ['looser'],
    );
  });
});

describe('The terms in which two decisions differ', () => {
  it('are named, each of them and no other', () => {
    const by = (more: object) => {
      const decision = decideBy(ruleFile([{ ...stop, ...more }]), asked());
      return decision.verdict === 'refuse' ? assert.fail() : decision;
    };
    assert.deepEqual(differingTerms(by({}), by({})), []);
    assert.deepEqual(differingTerms(by({}), by({ need: [], cooldown: '1m' })), ['needs', 'cooldown']);
    const more = {
      confirm: 'type_target',
      reason: 'required',
      second_factor: 'totp',
      expires: '1m',
      vote_valid_for: '1m',
    };
    assert.deepEqual(differingTerms(by(more), by({})), [
      'expires',
      'voteValidFor',
      'reason',
      'confirm',
      'secondFactor',
    ]);
  });
});
