import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ACTIONS, ActionName } from '#policies/actions';
import { canBeMet } from '#policies/decide/can-be-met';
import { decide } from '#policies/decide/decide';
import { DEFAULTS } from '#policies/decide/decision';
import { MODES } from '#policies/mode';
import { isAtLeastAsStrict } from '#policies/review/strictness';
import { RISKS } from '#policies/risk';
import type { Rules } from '#policies/rules/schema';
import { Scope } from '#policies/scope';
import { ada, EVERYBODY, ivan, omar, vera } from '../people.ts';
import { requests, ruleFiles } from './arbitrary.ts';
import { preset, asked as request, ruleFile } from './asked.ts';

const rules = (...list: readonly unknown[]): Rules => ruleFile(list);

describe('decide', () => {
  it('no rule that matches means no', () => {
    const decision = decide(rules(), request());
    assert.deepEqual(decision, { verdict: 'refuse', refusal: { no: 'no-rule' }, rules: [] });
  });

  it('deny beats everything', () => {
    const decision = decide(
      rules(
        { id: 'yes', match: { risk: ['high'] }, need: [] },
        { id: 'never', match: { vmid: ['100-199'] }, deny: 'not these' },
      ),
      request(),
    );
    assert.deepEqual(decision.verdict === 'refuse' && decision.refusal, {
      no: 'denied',
      rule: 'never',
      text: 'not these',
    });
  });

  it('a rule that looks at an unknown fact ends in no, also when another rule would allow it', () => {
    const both = rules(
      { id: 'yes', match: { risk: ['high'] }, need: [] },
      { id: 'prod', match: { tag: ['prod'] }, need: [] },
    );
    assert.equal(decide(both, request()).verdict, 'allow');
    assert.deepEqual(decide(both, request({ tags: null })).verdict, 'refuse');
  });

  it('what is about Quorate itself is nowhere: a rule that looks at a place does not match it, and nothing of it is unknown', () => {
    const about = request({
      action: 'rules.change',
      target: { kind: 'rules' },
      risk: 'critical',
      requester: ada,
      node: null,
      pool: null,
      tags: null,
    });
    const places = [
      { site: ['home'] },
      { node: ['pve1'] },
      { vmid: ['100-199'] },
      { pool: ['prod'] },
      { tag: ['prod'] },
      { fact: { quorum: ['yes', 'no', 'unknown'] } },
    ];
    const denials = places.map((match, no) => ({ id: `d${no}`, match, deny: 'no' }));
    const all = { id: 'all', match: { risk: ['critical'] }, need: [] };
    assert.equal(decide(rules(...denials, all), about).verdict, 'allow');
    assert.equal(decide(rules(...denials), about).verdict, 'refuse');
  });

  it('what is about Quorate itself goes by the mode of everything, not by that of a site', () => {
    const about = request({ action: 'rules.change', target: { kind: 'rules' }, requester: ada });
    const all = { id: 'all', match: { role: ['admin'] }, need: [] };
    const verdict = (rest: object) => decide(ruleFile([all], rest), about).verdict;
    assert.equal(verdict({ sites: { home: { mode: 'read_only' } } }), 'allow');
    const person = { ...about, action: 'person.add', target: { kind: 'person', person: ada.id } } as const;
    assert.equal(decide(ruleFile([all], { mode: 'read_only' }), person).verdict, 'refuse');
  });

  it('no mode holds up a change of the rules, which leads out of it, but nobody makes that alone', () => {
    const about = request({
      action: 'rules.change',
      target: { kind: 'rules' },
      requester: ada,
      risk: 'critical',
    });
    const all = { id: 'all', match: { role: ['admin'] }, need: [] };
    for (const mode of ['read_only', 'production']) {
      const decision = decide(ruleFile([all], { mode }), about);
      assert.deepEqual(decision.verdict === 'ask' && decision.needs, [
        { count: 1, role: 'admin' },
        { count: 1, role: 'operator' },
      ]);
      assert.equal(decide(ruleFile([], { mode }), about).verdict, 'refuse');
    }
  });

  it('where read_only was set in chat, no row of the catalogue is granted but a change of the rules', () => {
    const rules = ruleFile([{ id: 'all', match: { risk: [...RISKS] }, need: [] }]);
    const granted = Object.keys(ACTIONS)
      .map((name) => ActionName.parse(name))
      .filter((action) => {
        const kind = ACTIONS[action].target;
        const target = kind === 'rules' ? { kind } : request().target;
        const asked = request({ action, target, requester: ada, called: 'read_only' });
        return decide(rules, asked).verdict !== 'refuse';
      });
    assert.deepEqual(granted, ['rules.change']);
  });

  it('a mode that was set in chat makes what is asked for stricter, and never a change of the rules easier', () => {
    fc.assert(
      fc.property(ruleFiles, requests, fc.constantFrom(...MODES), (rules, asked, called) => {
        const before = decide(rules, asked);
        const after = decide(rules, { ...asked, called });
        if (asked.action === 'rules.change') assert.deepEqual(after, before);
        else assert.ok(isAtLeastAsStrict(after, before));
      }),
    );
  });

  it('a mode that was set in chat lets no rule grant that speaks in this mode only, and lets one ask for more', () => {
    const only = (mode: string, need: unknown[]) => ({ id: mode, match: { mode: [mode] }, need });
    const production = [only('production', [])];
    assert.equal(
      decide(ruleFile(production, { mode: 'production' }), request({ risk: 'low' })).verdict,
      'allow',
    );
    assert.equal(
      decide(ruleFile(production), request({ risk: 'low', called: 'production' })).verdict,
      'refuse',
    );
    const both = [only('standard', []), only('production', [{ count: 2, role: 'admin' }])];
    const asked = decide(ruleFile(both), request({ risk: 'low', called: 'production' }));
    assert.deepEqual(asked.verdict === 'ask' && asked.needs, [{ count: 2, role: 'admin' }]);
  });

  it('two-person asks an admin for a stop, and two people for a destruction', () => {
    const stop = decide(preset('two-person'), request());
    assert.deepEqual(stop.verdict === 'ask' && stop.needs, [{ count: 1, role: 'admin' }]);
    const destroy = decide(
      preset('two-person'),
      request({ action: 'guest.destroy', risk: 'critical', requester: ada }),
    );
    assert.equal(destroy.verdict === 'ask' && destroy.needs.length, 2);
  });

  it('a viewer can ask for nothing, in both presets', () => {
    for (const name of ['two-person', 'one-admin'])
      for (const risk of RISKS)
        assert.deepEqual(
          decide(preset(name), request({ requester: vera, risk })),
          {
            verdict: 'refuse',
            refusal: { no: 'role-too-low', role: 'viewer', needs: 'operator' },
            rules: [],
          },
          `${name} ${risk}`,
        );
  });

  it('whoever is bound to some guests asks for nothing of others, and for nothing where the pool is not known', () => {
    const scope = Scope.parse({ pools: [{ site: 'home', pool: 'web' }], guests: [] });
    const bound = { ...omar, scope };
    const verdict = (pool: string | null) =>
      decide(rules({ id: 'all', match: { risk: ['high'] }, need: [] }), request({ requester: bound, pool }));
    assert.equal(verdict('web').verdict, 'allow');
    for (const pool of ['', 'db', null])
      assert.deepEqual(verdict(pool), { verdict: 'refuse', refusal: { no: 'out-of-scope' }, rules: [] });
  });

  it('rules that no schema read are an error and never a yes: a freeze or a window without a zone', () => {
    const all = { id: 'all', match: { risk: ['high'] }, need: [] };
    const freezes = [{ id: 'xmas', from: '2026-12-24', until: '2026-12-26', reason: 'quiet' }];
    const frozen = ruleFile([all], { zone: 'UTC', freezes });
    assert.throws(() => decide({ ...frozen, zone: undefined }, request()), /freeze xmas has no zone/);
    const windows = { night: { from: '22:00', until: '05:00' } };
    const nightly = ruleFile([{ ...all, window: 'night' }], { zone: 'UTC', windows });
    for (const broken of [
      { ...nightly, zone: undefined },
      { ...nightly, windows: {} },
    ])
      assert.throws(() => decide(broken, request()), /window night is not known, or has no zone/);
  });

  it('a freeze of some guests leaves the others alone', () => {
    const freeze = {
      id: 'db',
      from: '2026-11-20',
      until: '2026-11-30',
      match: { pool: ['db'] },
      reason: 'audit',
    };
    const set = ruleFile([{ id: 'all', match: { risk: ['high'] }, need: [] }], {
      zone: 'UTC',
      freezes: [freeze],
    });
    const held = decide(set, request({ pool: 'db' }));
    assert.equal(held.verdict === 'refuse' && held.refusal.no, 'frozen');
    assert.equal(decide(set, request({ pool: 'web' })).verdict, 'allow');
    const over = { ...request({ pool: null }), at: Date.UTC(2026, 11, 1) };
    assert.equal(decide(set, over).verdict, 'allow', 'what is unknown matters while it holds only');
  });

  it('one-admin asks nobody when the admin asks, and the admin when an operator does', () => {
    const stop = decide(preset('one-admin'), request({ requester: ada }));
    assert.ok(stop.verdict === 'allow' && stop.alone && stop.confirm && stop.cooldown === 30_000);
    const start = decide(
      preset('one-admin'),
      request({ requester: ada, action: 'guest.start', risk: 'low' }),
    );
    assert.ok(start.verdict === 'allow' && !start.alone && !start.confirm);
    assert.equal(decide(preset('one-admin'), request()).verdict, 'ask');
  });

  it('an approval that nobody could give is seen before anybody is asked', () => {
    const needs = [{ count: 2, role: 'admin' as const }];
    assert.equal(canBeMet(needs, EVERYBODY, omar), true);
    assert.equal(canBeMet(needs, EVERYBODY, ada), false);
    assert.equal(canBeMet(needs, [ada, { ...ivan, disabled: true }, omar], omar), false);
  });

  it('an ordinary tag asks for more and never lets something happen by itself', () => {
    const tagged = [{ id: 'lab', match: { tag: ['lab'] }, need: [] }];
    const only = decide(rules(...tagged), request({ tags: ['lab'] }));
    assert.deepEqual(only.verdict === 'refuse' && only.refusal, { no: 'only-tags', rules: ['lab'] });
    const registered = decide(rules(...tagged), request({ tags: ['lab'], registeredTags: ['lab'] }));
    assert.equal(registered.verdict, 'allow');
    const more = rules(
      { id: 'stops', match: { action: ['guest.stop'] }, need: [] },
      { id: 'prod', match: { tag: ['prod'] }, need: [{ count: 2, role: 'admin' }] },
    );
    assert.equal(decide(more, request()).verdict, 'allow');
    assert.equal(decide(more, request({ tags: ['prod'] })).verdict, 'ask');
  });

  it('a fact that nobody could see is a no, unless a rule names "unknown" itself', () => {
    const facts = { ...request().facts, last_backup: 'unknown' as const };
    const stop = { id: 'stops', match: { action: ['guest.stop'] }, need: [] };
    const backup = (...last_backup: string[]) => ({
      id: 'backup',
      match: { fact: { last_backup } },
      deny: 'no backup',
    });
    const seen = decide(rules(stop, backup('never')), request({ facts }));
    assert.deepEqual(seen.verdict === 'refuse' && seen.refusal, { no: 'fact-unknown', rule: 'backup' });
    const named = decide(rules(stop, backup('never', 'unknown')), request({ facts }));
    assert.equal(named.verdict === 'refuse' && named.refusal.no, 'denied');
    assert.equal(decide(rules(stop, backup('never')), request()).verdict, 'allow');
  });

  it('a rule for a group is a no to everybody else, and for nobody when nothing else speaks', () => {
    const net = { groups: { net: ['omar'] } };
    const set = ruleFile([{ id: 'net', match: { risk: ['high'] }, who: { group: 'net' }, need: [] }], net);
    assert.equal(decide(set, request({ requester: { ...omar, groups: ['net'] } })).verdict, 'allow');
    const outside = decide(set, request());
    assert.deepEqual(outside.verdict === 'refuse' && outside.refusal, { no: 'not-in-group', group: 'net' });
  });

  it('a freeze is a no from its first moment to the end of its last day, by the clocks of its zone', () => {
    const freeze = { id: 'xmas', from: '2026-12-24T18:00', until: '2026-12-26', reason: 'nobody is there' };
    const set = ruleFile([{ id: 'all', match: { risk: ['high'] }, need: [] }], {
      zone: 'Europe/Berlin',
      freezes: [freeze],
    });
    const verdict = (when: string) => decide(set, request({ at: Date.parse(when) }));
    assert.equal(verdict('2026-12-24T16:59:59Z').verdict, 'allow');
    const held = verdict('2026-12-24T17:00Z');
    const until = Date.parse('2026-12-26T23:00Z');
    assert.deepEqual(held.verdict === 'refuse' && held.refusal, {
      no: 'frozen',
      freeze: 'xmas',
      text: freeze.reason,
      until,
    });
    assert.equal(verdict('2026-12-26T22:59:59Z').verdict, 'refuse');
    assert.equal(verdict('2026-12-26T23:00Z').verdict, 'allow');
  });

  it('of every term the strictest holds: time, reason, name, second factor, rest, what is taken back, and all windows', () => {
    const windows = { night: { from: '22:00', until: '05:00' }, early: { from: '04:00', until: '06:00' } };
    const set = ruleFile(
      [
        {
          id: 'a',
          match: { risk: ['high'] },
          need: [],
          expires: '1h',
          cooldown: '1m',
          window: 'night',
          reason: 'required',
          revert: { after: '3m', keep_by: 'requester' },
        },
        {
          id: 'b',
          match: { action: ['guest.stop'] },
          need: [],
          expires: '2h',
          cooldown: '5m',
          second_factor: 'totp',
          window: 'early',
          confirm: 'type_target',
          revert: { after: '10m', keep_by: 'anyone_who_may_approve' },
        },
      ],
      { zone: 'Europe/Berlin', windows },
    );
    const decision = decide(set, request());
    assert.ok(decision.verdict !== 'refuse');
    const { windows: open, rules: _, verdict, ...terms } = decision;
    assert.deepEqual(terms, {
      needs: [],
      expires: 3_600_000,
      voteValidFor: DEFAULTS.voteValidFor,
      cooldown: 300_000,
      reason: true,
      confirm: true,
      secondFactor: true,
      alone: false,
      revert: { after: 180_000, keepBy: 'anyone_who_may_approve' },
      glass: null,
    });
    assert.deepEqual([verdict, open.map(({ name }) => name)], ['allow', ['night', 'early']]);
  });

  it('alone means a rest and the name of the target, and ends where another rule wants somebody', () => {
    const alone = { id: 'alone', match: { role: ['admin'] }, alone: true, cooldown: '2m' };
    const by = (...more: readonly unknown[]) => decide(rules(alone, ...more), request({ requester: ada }));
    const decision = by();
    assert.ok(
      decision.verdict === 'allow' && decision.alone && decision.confirm && decision.cooldown === 120_000,
    );
    const asked = by({ id: 'prod', match: { risk: ['high'] }, need: [{ count: 1, role: 'operator' }] });
    assert.ok(asked.verdict === 'ask' && !asked.alone && asked.cooldown === 120_000);
    assert.ok(asked.confirm, 'a rule beside it adds people and takes no confirmation away');
  });

  it('a second factor that no node could check refuses what is about Quorate itself', () => {
    const wary = rules({ id: 'wary', match: { risk: ['critical'] }, need: [], second_factor: 'totp' });
    const change = { action: 'rules.change', target: { kind: 'rules' }, risk: 'critical' } as const;
    const own = decide(wary, request({ ...change, requester: ada }));
    assert.ok(own.verdict === 'refuse' && own.refusal.no === 'no-node-for-code');
    const destroy = decide(wary, request({ action: 'guest.destroy', risk: 'critical', requester: ada }));
    assert.ok(destroy.verdict === 'allow' && destroy.secondFactor);
  });

  it('read-only is a no to everything', () => {
    const decision = decide({ ...preset('two-person'), mode: 'read_only' }, request());
    assert.deepEqual(decision.verdict === 'refuse' && decision.refusal, { no: 'read-only' });
  });

  it('in production no tag that anybody can give makes a rule name what destroys, a registered one does', () => {
    const set = ruleFile(
      [
        { id: 'all', match: { risk: [...RISKS] }, need: [{ count: 1, role: 'admin' }] },
        { id: 'lab', match: { action: ['guest.destroy'], tag: ['lab'] }, need: [] },
      ],
      { mode: 'production' },
    );
    const destroy = { action: 'guest.destroy', risk: 'critical', requester: ada, tags: ['lab'] } as const;
    const ordinary = decide(set, request(destroy));
    assert.equal(ordinary.verdict === 'refuse' && ordinary.refusal.no, 'not-named');
    assert.equal(decide(set, request({ ...destroy, registeredTags: ['lab'] })).verdict, 'ask');
  });

  it('production asks somebody else for whatever interrupts, and destroys only where a rule names that action', () => {
    const free = { id: 'free', match: { risk: [...RISKS] }, need: [] };
    const named = { id: 'named', match: { action: ['guest.destroy'] }, need: [] };
    const inProduction = (...list: readonly unknown[]) =>
      ruleFile(list, { sites: { home: { mode: 'production' } } });
    const stop = decide(inProduction(free), request());
    assert.ok(stop.verdict === 'ask' && stop.confirm && stop.reason);
    const destroy = { action: 'guest.destroy', risk: 'critical', requester: ada } as const;
    const unnamed = decide(inProduction(free), request(destroy));
    assert.deepEqual(unnamed.verdict === 'refuse' && unnamed.refusal, {
      no: 'not-named',
      action: 'guest.destroy',
    });
    const both = decide(inProduction(free, named), request(destroy));
    assert.deepEqual(both.verdict === 'ask' && both.needs, [
      { count: 1, role: 'admin' },
      { count: 1, role: 'operator' },
    ]);
  });
});
