import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decide } from '#policies/decide/decide';
import { matches } from '#policies/decide/matches';
import { SiteId } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Finding } from '#policies/review/lint/finding';
import { lint } from '#policies/review/lint/lint';
import { isPartOf, shadowedRules } from '#policies/review/lint/shadowed';
import { isAtLeastAsStrict } from '#policies/review/strictness';
import type { Rules } from '#policies/rules/schema';
import type { Factors } from '#policies/second-factor';
import { requests, ruleFiles } from '../decide/arbitrary.ts';
import { preset, ruleFile } from '../decide/asked.ts';
import { ada, EVERYBODY, ivan, omar, somebody } from '../people.ts';

const look = (
  rules: Rules,
  people: readonly Person[] | null = EVERYBODY,
  factors: ReadonlyMap<string, Factors> = new Map(),
): readonly Finding[] =>
  lint(rules, {
    site: SiteId.parse('home'),
    at: Date.UTC(2026, 10, 25, 12),
    population: people && { people, links: people.map(({ id }) => ({ id, linked: id !== 'ivan' })), factors },
  });

const found = <L extends Finding['lint']>(kind: L, findings: readonly Finding[]) =>
  findings.filter((finding): finding is Extract<Finding, { lint: L }> => finding.lint === kind);

const admin = [{ count: 1, role: 'admin' }];
const all = { id: 'all', match: { risk: ['low', 'medium', 'high', 'critical'] }, need: admin };
const CALENDAR = {
  zone: 'Europe/Berlin',
  windows: {
    night: { days: ['mon', 'tue'], from: '22:00', until: '05:00' },
    weekend: { days: ['sat'], from: '08:00', until: '20:00' },
  },
};

describe('Lint of a rule file', () => {
  it('has nothing to say about two-person with two admins, and of one-admin only that there is another admin', () => {
    assert.deepEqual(look(preset('two-person')), []);
    const kinds = new Set(look(preset('one-admin')).map((finding) => finding.lint));
    assert.deepEqual([...kinds], ['alone-among-admins']);
  });

  it('finds who could agree where a second factor is asked for and has none on a node, as far as workers said', () => {
    const factor = { id: 'factor', match: { action: ['guest.stop'] }, need: [], second_factor: 'totp' };
    const rules = ruleFile([all, factor]);
    assert.deepEqual(found('no-factor', look(rules)), []);
    const said = new Map([
      ['node.home.pve1', { enrolled: [ada.id], risks: [] }],
      ['node.home.pve2', { enrolled: [ada.id, ivan.id], risks: [] }],
    ]);
    assert.deepEqual(found('no-factor', look(rules, EVERYBODY, said)), [
      { lint: 'no-factor', rules: ['all', 'factor'], people: ['ivan'], worker: 'node.home.pve1' },
    ]);
    assert.deepEqual(found('no-factor', look(ruleFile([all]), EVERYBODY, said)), []);
  });

  it('finds that whoever asks has no second factor where nobody else has to agree', () => {
    const alone = { id: 'alone', match: { action: ['guest.stop'] }, need: [], second_factor: 'totp' };
    const said = new Map([['node.home.pve1', { enrolled: [ada.id, ivan.id], risks: [] }]]);
    assert.deepEqual(found('no-factor', look(ruleFile([alone]), EVERYBODY, said)), [
      { lint: 'no-factor', rules: ['alone'], people: ['omar'], worker: 'node.home.pve1' },
    ]);
  });

  const never: readonly (readonly [object, readonly string[]])[] = [
    [{ action: ['host.recipe'], vmid: [101] }, ['action', 'vmid']],
    [{ action: ['guest.stop'], risk: ['low', 'medium'] }, ['action', 'risk']],
    [{ action: ['guest.destroy'], role: ['operator'] }, ['action', 'role']],
    [{ role: ['viewer'] }, ['role']],
    [{ action: ['rules.change'], site: ['home'] }, ['action', 'site']],
    [{ action: ['rules.change'], fact: { quorum: ['unknown'] } }, ['action', 'fact']],
    [{ vmid: [101], fact: { power: ['none'] } }, ['vmid', 'fact']],
  ];
  for (const [match, fields] of never)
    it(`finds that nothing fits ${JSON.stringify(match)}`, () => {
      const findings = look(ruleFile([all, { id: 'r', match, deny: 'no' }]));
      assert.deepEqual(found('never-matches', findings), [{ lint: 'never-matches', rule: 'r', fields }]);
    });

  const LOCKED = [{ lint: 'rules-locked' }];
  const change = { id: 'change', match: { action: ['rules.change'] } };

  it('finds that nobody could ever change the rules: no rule lets it, or nobody is left', () => {
    const locked = (rules: Rules, people: readonly Person[] | null = EVERYBODY) =>
      found('rules-locked', look(rules, people));
    const stop = { id: 'stop', match: { action: ['guest.stop'] }, need: admin };
    assert.deepEqual(locked(ruleFile([stop])), LOCKED);
    assert.deepEqual(locked(ruleFile([stop]), null), LOCKED);
    assert.deepEqual(locked(ruleFile([all], { mode: 'read_only' }), [ada, omar]), LOCKED);
    assert.deepEqual(locked(ruleFile([{ ...change, need: [{ count: 2, role: 'admin' }] }])), LOCKED);
    assert.deepEqual(locked(ruleFile([all]), [ada, omar]), LOCKED);
  });

  it('is content where somebody can ask for other rules and others can agree, or a site says that it has one admin', () => {
    const locked = (rules: Rules, people?: readonly Person[] | null) =>
      found('rules-locked', look(rules, people));
    assert.deepEqual(locked(ruleFile([all])), []);
    assert.deepEqual(locked(ruleFile([all]), null), []);
    assert.deepEqual(locked(ruleFile([{ ...change, need: admin }], { mode: 'production' })), []);
    assert.deepEqual(locked(ruleFile([all], { mode: 'production' })), []);
    assert.deepEqual(locked(ruleFile([all], { mode: 'read_only' })), []);
    assert.deepEqual(locked(preset('one-admin'), [ada]), []);
  });

  it('says nothing of a risk that a plan may be raised to, nor of a guest action that is asked for on a node', () => {
    const fine = [
      { id: 'a', match: { action: ['config.set'], risk: ['critical'] }, need: admin },
      { id: 'b', match: { action: ['guest.stop'], node: ['pve1'] }, need: admin },
    ];
    assert.deepEqual(found('never-matches', look(ruleFile(fine))), []);
  });

  it('finds a rule that another one makes superfluous, and of two equal ones the second', () => {
    const weaker = {
      id: 'stop',
      match: { action: ['guest.stop'], risk: ['high'] },
      need: [{ count: 1, role: 'admin' }],
    };
    const prod = { id: 'prod', match: { risk: ['high'], tag: ['prod'] }, need: admin };
    const findings = look(ruleFile([weaker, prod, all, { ...all, id: 'again' }]));
    assert.deepEqual(
      found('shadowed', findings).map(({ rule, by, unless }) => [rule, by, unless]),
      [
        ['stop', 'all', []],
        ['prod', 'all', ['tag']],
        ['again', 'all', []],
      ],
    );
    const stronger = { ...weaker, need: [{ count: 2, role: 'admin' }] };
    assert.deepEqual(found('shadowed', look(ruleFile([stronger, all]))), []);
  });

  it('a rule is not superfluous that lets fewer people ask, is about more guests, or names what production wants named', () => {
    const shadowed = (rest: object, ...list: readonly object[]) =>
      found('shadowed', look(ruleFile(list, rest))).map(({ rule }) => rule);
    const admins = { ...all, id: 'admins', who: { role: 'admin' } };
    assert.deepEqual(shadowed({}, admins, all), ['all']);
    const guests = (id: string, range: string) => ({ id, match: { vmid: [range] }, need: admin });
    assert.deepEqual(shadowed({}, guests('few', '100-150'), guests('more', '100-199')), ['few']);
    assert.deepEqual(shadowed({}, guests('high', '150-250'), guests('low', '100-199')), []);
    const destroy = { id: 'destroy', match: { action: ['guest.destroy'] }, need: admin };
    assert.deepEqual(shadowed({}, destroy, all), ['destroy'], 'every risk is no condition');
    assert.deepEqual(shadowed({ sites: { home: { mode: 'production' } } }, destroy, all), []);
  });

  it('a rule that is called superfluous changes no decision about a known target when it is taken away', () => {
    fc.assert(
      fc.property(ruleFiles, requests, (rules, request) => {
        const facts = Object.entries(request.facts);
        if (request.node === null || request.pool === null || request.tags === null) return;
        if (facts.some(([, answer]) => answer === 'unknown')) return;
        for (const finding of shadowedRules(rules)) {
          if (finding.lint !== 'shadowed') continue;
          const without = { ...rules, rules: rules.rules.filter(({ id }) => id !== finding.rule) };
          const [a, b] = [decide(rules, request), decide(without, request)];
          assert.ok(isAtLeastAsStrict(a, b) && isAtLeastAsStrict(b, a), JSON.stringify(finding));
        }
      }),
      { numRuns: 4000 },
    );
  });

  it('a match that is part of another never fits where the other does not', () => {
    fc.assert(
      fc.property(ruleFiles, requests, (rules, request) => {
        const inMode = { ...request, mode: rules.mode };
        for (const { match: a } of rules.rules)
          for (const { match: b } of rules.rules)
            if (isPartOf(a, b) && matches(a, inMode) === true) assert.equal(matches(b, inMode), true);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds each person who could ask and would leave nobody to agree', () => {
    const two = ruleFile([{ ...all, need: [{ count: 2, role: 'admin' }] }]);
    const [finding, ...others] = found('cannot-be-met', look(two));
    assert.deepEqual(finding?.requesters, ['ada', 'ivan']);
    assert.deepEqual(others, []);
    const bystander = { ...ivan, disabled: true };
    const one = found('cannot-be-met', look(ruleFile([all]), [ada, bystander, omar]));
    assert.deepEqual(
      one.flatMap(({ requesters }) => requesters),
      ['ada'],
    );
    assert.deepEqual(
      found('cannot-be-met', look(two, null)),
      [],
      'nothing is said of people that are not known',
    );
  });

  it('finds groups of nobody, of people who do not exist, without access, or without an account', () => {
    const file = ruleFile([all], { groups: { a: ['ghost'], b: ['omar', 'ivan'], c: ['ivan'] } });
    const findings = look(file, [ada, ivan, { ...omar, disabled: true }]);
    assert.deepEqual(found('unknown-member', findings), [
      { lint: 'unknown-member', group: 'a', person: 'ghost' },
    ]);
    assert.deepEqual(found('nobody-in-group', findings), [{ lint: 'nobody-in-group', group: 'a' }]);
    assert.deepEqual(
      found('nobody-linked', findings).map(({ group }) => group),
      ['b', 'c'],
    );
  });

  it('finds a viewer who could agree as a member of a group that must agree', () => {
    const groups = { net: ['vera', 'ada'] };
    const needed = ruleFile([{ ...all, need: [{ count: 1, group: 'net' }] }], { groups });
    assert.deepEqual(found('viewer-approves', look(needed)), [
      { lint: 'viewer-approves', group: 'net', person: 'vera' },
    ]);
    assert.deepEqual(found('viewer-approves', look(ruleFile([all], { groups }))), []);
  });

  it('finds two people with the same name, however it is written', () => {
    const twin = somebody('ada2', 'operator', { name: ' ADA ' });
    assert.deepEqual(found('look-alike', look(ruleFile([all]), [...EVERYBODY, twin])), [
      { lint: 'look-alike', people: ['ada', 'ada2'] },
    ]);
  });

  it('finds windows that are never open together for one request', () => {
    const rule = (id: string, window: string, match: object) => ({ id, match, need: admin, window });
    const stop = { action: ['guest.stop'] };
    const apart = ruleFile([rule('a', 'night', stop), rule('b', 'weekend', { risk: ['high'] })], CALENDAR);
    assert.deepEqual(found('windows-apart', look(apart)), [
      { lint: 'windows-apart', rules: ['a', 'b'], windows: ['night', 'weekend'] },
    ]);
    const other = ruleFile(
      [rule('a', 'night', stop), rule('b', 'weekend', { action: ['guest.start'] })],
      CALENDAR,
    );
    assert.deepEqual(found('windows-apart', look(other)), []);
  });

  it('finds a time to answer that is longer than the window, and votes that are old before it opens', () => {
    const file = ruleFile(
      [
        { ...all, window: 'weekend', expires: '2d' },
        { ...all, id: 'b', window: 'weekend', vote_valid_for: '7d' },
      ],
      CALENDAR,
    );
    const findings = look(file);
    assert.deepEqual(
      found('expires-beyond-window', findings).map(({ rule, lasts }) => [rule, lasts / 3_600_000]),
      [['all', 12]],
    );
    assert.deepEqual(
      found('votes-grow-stale', findings).map(({ rule, holds, waits }) => [
        rule,
        holds / 3_600_000,
        waits / 3_600_000,
      ]),
      [['all', 24, 156]],
    );
  });

  it('finds what is dangerous and needs nobody, unless another rule asks for somebody', () => {
    const free = { id: 'free', match: { vmid: ['100-199'] }, need: [] };
    const [finding] = found('dangerous-allow', look(ruleFile([free])));
    assert.ok(finding?.actions.includes('guest.stop') && !finding.actions.includes('guest.start'));
    assert.deepEqual(found('dangerous-allow', look(ruleFile([free, all]))), []);
    const alone = { id: 'alone', match: { risk: ['high'] }, alone: true, cooldown: '5m' };
    const findings = look(ruleFile([alone]));
    assert.deepEqual(found('dangerous-allow', findings), []);
    assert.deepEqual(found('alone-among-admins', findings), [
      { lint: 'alone-among-admins', rule: 'alone', admins: ['ada', 'ivan'] },
    ]);
  });

  it('finds a rule that looks at a tag and asks for nothing', () => {
    assert.deepEqual(
      found('only-tags', look(ruleFile([all, { id: 'lab', match: { tag: ['lab'] }, need: [] }]))),
      [{ lint: 'only-tags', rule: 'lab' }],
    );
  });

  it('finds what has to be taken back and cannot be, and what nobody may keep', () => {
    const revert = { after: '3m', keep_by: 'anyone_who_may_approve' };
    const reboot = { id: 'reboot', match: { action: ['guest.reboot', 'guest.stop'] }, need: admin, revert };
    const free = { id: 'free', match: { action: ['guest.start'] }, need: [], revert };
    const findings = look(ruleFile([reboot, free]));
    assert.deepEqual(found('cannot-be-taken-back', findings), [
      { lint: 'cannot-be-taken-back', rules: ['reboot'], actions: ['guest.reboot'] },
    ]);
    assert.deepEqual(found('nobody-may-keep', findings), [
      { lint: 'nobody-may-keep', rules: ['free'], actions: ['guest.start'] },
    ]);
    const mine = { ...free, revert: { after: '3m', keep_by: 'requester' } };
    assert.deepEqual(found('nobody-may-keep', look(ruleFile([mine]))), []);
  });
});
