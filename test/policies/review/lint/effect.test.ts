import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SiteId } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Finding } from '#policies/review/lint/finding';
import { lint } from '#policies/review/lint/lint';
import type { Rules } from '#policies/rules/schema';
import type { Factors } from '#policies/second-factor';
import { preset, ruleFile } from '../../decide/asked.ts';
import { ada, EVERYBODY, ivan, omar, somebody } from '../../people.ts';

const look = (
  rules: Rules,
  people: readonly Person[] | null = EVERYBODY,
  factors: ReadonlyMap<string, Factors> = new Map(),
): readonly Finding[] =>
  lint(rules, {
    site: SiteId.parse('home'),
    at: Date.UTC(2026, 10, 25, 12),
    population: people && { people, links: people.map(({ id }) => ({ id, linked: true })), factors },
  });

/** What is found, but that nobody could change the rules: these are about other actions. */
const found = (...given: Parameters<typeof look>): readonly Finding[] =>
  look(...given).filter(({ lint }) => lint !== 'rules-locked');

const need = [{ count: 1, role: 'admin' }];
const rule = (id: string, action: string, more: object) => ({ id, match: { action: [action] }, ...more });

describe('Rules that are tried', () => {
  it('have nothing wrong where nobody is known and they are those of two people', () => {
    assert.deepEqual(look(preset('two-person'), null), []);
  });

  it('are dangerous for each risk and each set of rules by itself, at high and critical risk', () => {
    const file = ruleFile([
      rule('a', 'guest.stop', { need: [] }),
      rule('b', 'guest.destroy', { need: [] }),
      rule('c', 'snapshot.delete', { need: [] }),
      rule('d', 'guest.start', { need: [] }),
    ]);
    const dangerous = (id: string, action: string, risk: string) => ({
      lint: 'dangerous-allow',
      rules: [id],
      actions: [action],
      risk,
    });
    assert.deepEqual(found(file), [
      dangerous('a', 'guest.stop', 'high'),
      dangerous('c', 'snapshot.delete', 'high'),
      dangerous('b', 'guest.destroy', 'critical'),
    ]);
    const one = {
      id: 'all',
      match: { action: ['guest.stop', 'snapshot.delete', 'guest.destroy'] },
      need: [],
    };
    assert.deepEqual(found(ruleFile([one])), [
      { lint: 'dangerous-allow', rules: ['all'], actions: ['guest.stop', 'snapshot.delete'], risk: 'high' },
      dangerous('all', 'guest.destroy', 'critical'),
    ]);
  });

  it('cannot be met, each with those who could not be answered', () => {
    const two = [{ count: 2, role: 'admin' }];
    const file = ruleFile([
      rule('a', 'guest.stop', { need: two }),
      rule('b', 'guest.start', { need: [{ count: 3, role: 'admin' }] }),
      rule('c', 'guest.resume', { need }),
    ]);
    assert.deepEqual(found(file), [
      {
        lint: 'cannot-be-met',
        rules: ['b'],
        needs: [{ count: 3, role: 'admin' }],
        requesters: ['omar', 'ada', 'ivan'],
      },
      { lint: 'cannot-be-met', rules: ['a'], needs: two, requesters: ['ada', 'ivan'] },
    ]);
  });

  it('can be met where somebody stands in just now', () => {
    const file = (until: string) =>
      ruleFile([rule('a', 'guest.stop', { need: [{ count: 1, group: 'net' }] })], {
        zone: 'UTC',
        groups: { net: ['ada'] },
        stand_ins: [{ for: 'ada', by: 'ivan', from: '2026-11-20', until }],
      });
    const kinds = (until: string) =>
      found(file(until), [{ ...ada, disabled: false }, ivan, omar]).map(({ lint }) => lint);
    assert.deepEqual(kinds('2026-12-24'), ['cannot-be-met'], 'nobody stands in for the one who asks');
    assert.deepEqual(
      found(file('2026-12-24'), [ada, ivan, omar]).flatMap((one) =>
        one.lint === 'cannot-be-met' ? one.requesters : [],
      ),
      ['ada'],
    );
  });

  it('have to be taken back and cannot be, or be kept and may not be, each set of rules by itself', () => {
    const revert = { after: '3m', keep_by: 'anyone_who_may_approve' };
    const file = ruleFile([
      rule('a', 'guest.reboot', { need, revert }),
      rule('b', 'backup.create', { need, revert }),
      rule('c', 'guest.start', { need: [], revert }),
      rule('d', 'guest.resume', { need: [], revert }),
    ]);
    const finding = (kind: string, id: string, action: string) => ({
      lint: kind,
      rules: [id],
      actions: [action],
    });
    assert.deepEqual(found(file), [
      finding('cannot-be-taken-back', 'a', 'guest.reboot'),
      finding('cannot-be-taken-back', 'b', 'backup.create'),
      finding('nobody-may-keep', 'c', 'guest.start'),
      finding('nobody-may-keep', 'd', 'guest.resume'),
    ]);
  });

  it('ask for a second factor of whoever fits one of their places, on each worker that said who has one', () => {
    const both = [...need, { count: 1, group: 'net' }];
    const file = ruleFile(
      [
        rule('a', 'guest.stop', { need: both, second_factor: 'totp' }),
        rule('b', 'guest.start', { need, second_factor: 'totp' }),
        rule('c', 'guest.resume', { need }),
      ],
      { groups: { net: ['omar', 'kim'] } },
    );
    const kim = somebody('kim', 'operator');
    const said = new Map([
      ['node.home.pve1', { enrolled: [ada.id, ivan.id, omar.id, kim.id], risks: [] }],
      ['node.home.pve2', { enrolled: [ada.id, kim.id], risks: [] }],
    ]);
    assert.deepEqual(found(file, [ada, ivan, omar, kim], said), [
      { lint: 'no-factor', rules: ['b'], people: ['ivan'], worker: 'node.home.pve2' },
      { lint: 'no-factor', rules: ['a'], people: ['ivan', 'omar'], worker: 'node.home.pve2' },
    ]);
  });

  it('look at a tag and ask for nothing, unless they are a no, need somebody, or ask for one thing more', () => {
    const tagged = (more: object) => ({
      id: 'lab',
      match: { action: ['guest.start'], tag: ['lab'] },
      ...more,
    });
    const all = rule('all', 'guest.start', { need });
    const only = (more: object) =>
      look(
        ruleFile([all, tagged(more)], { zone: 'UTC', windows: { w: { from: '00:00', until: '24:00' } } }),
      ).some(({ lint }) => lint === 'only-tags');
    assert.equal(only({ need: [] }), true);
    for (const more of [
      { deny: 'no' },
      { need },
      { need: [], who: { role: 'admin' } },
      { need: [], expires: '1m' },
      { need: [], vote_valid_for: '1m' },
      { need: [], reason: 'required' },
      { need: [], confirm: 'type_target' },
      { need: [], second_factor: 'totp' },
      { need: [], cooldown: '1m' },
      { need: [], revert: { after: '1m', keep_by: 'requester' } },
      { need: [], window: 'w' },
    ])
      assert.equal(only(more), false, JSON.stringify(more));
  });
});
