import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ACTIONS, ActionName } from '#policies/actions';
import { SiteId } from '#policies/ids';
import { type CorpusBase, corpusOf, type Trial } from '#policies/review/corpus';
import type { Rules } from '#policies/rules/schema';
import { ruleFile } from '../decide/asked.ts';
import { ada } from '../people.ts';

const base: CorpusBase = { site: SiteId.parse('home'), at: Date.UTC(2026, 10, 25, 12), people: [] };
const NONE = ruleFile([]);

/** A file of these rules, which ask for nobody. */
const about = (...matches: readonly object[]): Rules =>
  ruleFile(matches.map((match, no) => ({ id: `r${no}`, match, need: [] })));

const trials = (old: Rules, next: Rules, more: Partial<CorpusBase> = {}): readonly Trial[] =>
  corpusOf([old, next], { ...base, ...more }).trials;

/** What is special about the requests, each once. */
const places = (list: readonly Trial[]): readonly string[] => [
  ...new Set(list.map(({ where }) => JSON.stringify(where))),
];

const STOP = { action: ['guest.stop'] };
const isStop = ({ request }: Trial): boolean => request.action === 'guest.stop';

const KNOWN = {
  quorum: 'yes',
  node_online: 'yes',
  guest_kind: 'qemu',
  power: 'running',
  last_backup: 'within-a-day',
};
const NO_GUEST = { ...KNOWN, guest_kind: 'none', power: 'none', last_backup: 'none' };

describe('Requests that rule files are tried with', () => {
  it('are each action of the catalogue at its risk by an operator and an admin, an undo of a guest and of a node', () => {
    const tried = trials(NONE, NONE).map(
      ({ request: { action, target, risk, requester } }) =>
        `${action} ${target.kind} ${risk} ${requester.role}`,
    );
    const rows = Object.keys(ACTIONS).flatMap((name) => {
      const action = ActionName.parse(name);
      const { target, risk } = ACTIONS[action];
      const kinds = target === 'change' ? ['guest', 'node'] : [target];
      return kinds.flatMap((kind) =>
        ['operator', 'admin'].map((role) => `${action} ${kind} ${risk} ${role}`),
      );
    });
    assert.deepEqual(tried, rows);
  });

  it('are about a guest and a node that no rule knows, of which everything is known', () => {
    const of = (action: string) => trials(NONE, NONE).find(({ request }) => request.action === action);
    const { request, ...trial } = of('guest.stop') ?? assert.fail();
    assert.deepEqual(trial, { person: null, where: {}, change: null });
    const { requester: _, ...asked } = request;
    const somewhere = {
      at: base.at,
      platform: 'other',
      node: 'other1',
      pool: '',
      tags: [],
      registeredTags: [],
    };
    assert.deepEqual(asked, {
      ...somewhere,
      action: 'guest.stop',
      risk: 'high',
      target: { kind: 'guest', site: 'home', vmid: 100 },
      facts: KNOWN,
    });
    const node = of('host.recipe')?.request;
    assert.deepEqual(node?.target, { kind: 'node', site: 'home', node: 'other1' });
    assert.deepEqual(node.facts, NO_GUEST);
    assert.deepEqual(of('rules.change')?.request.target, { kind: 'rules' });
    assert.deepEqual(of('rules.change')?.request.facts, NO_GUEST);
    assert.deepEqual(of('person.role')?.request.target, { kind: 'person', person: 'somebody' });
  });

  it('are made by each member of a group, who is named', () => {
    const net = ruleFile([], { groups: { net: ['ada'] } });
    const who = new Set(
      trials(net, net, { people: [ada] }).map(({ person, request }) => `${person} ${request.requester.role}`),
    );
    assert.deepEqual([...who], ['null operator', 'null admin', 'ada admin']);
    assert.equal(
      trials(NONE, NONE, { people: [ada], everybody: true }).some(({ person }) => person === 'ada'),
      true,
    );
    assert.equal(
      trials(NONE, NONE, { people: [ada] }).some(({ person }) => person === 'ada'),
      false,
    );
  });

  it('are about what each rule of either file is about', () => {
    const [old, next] = [
      about({ ...STOP, pool: ['db'] }),
      about({ ...STOP, site: ['lab'], platform: ['console'] }),
    ];
    const all = trials(old, next).filter(isStop);
    assert.deepEqual(places(all).slice(0, 3), ['{}', '{"pool":"db"}', '{"site":"lab","platform":"console"}']);
    const lab = all.find(({ where }) => where['site'] === 'lab' && where['pool'] === undefined);
    assert.deepEqual(lab?.request.target, { kind: 'guest', site: 'lab', vmid: 100 });
    assert.equal(lab.request.platform, 'console');
  });

  it('are about guests at both ends of a range, and just outside of it', () => {
    const range = about({ ...STOP, vmid: ['100-199'] });
    const vmids = trials(range, range).flatMap(({ request: { target } }) =>
      target.kind === 'guest' ? [target.vmid] : [],
    );
    assert.deepEqual([...new Set(vmids)], [200, 100]);
  });

  it('carry tags, facts and nodes that a rule looks at', () => {
    const rule = { ...STOP, tag: ['prod'], node: ['pve1'], fact: { power: ['stopped'] } };
    const special = trials(about(rule), about(rule)).find(({ where }) => where['tag'] === 'prod');
    assert.deepEqual(special?.where, { node: 'pve1', tag: 'prod', power: 'stopped' });
    const { node, tags, facts } = special.request;
    assert.deepEqual(
      { node, tags, facts },
      { node: 'pve1', tags: ['prod'], facts: { ...KNOWN, power: 'stopped' } },
    );
  });

  it('carry a tag of each of two rules that meet', () => {
    const two = about({ ...STOP, tag: ['prod'] }, { ...STOP, tag: ['web'] });
    assert.ok(places(trials(NONE, two)).includes('{"tag":"prod+web"}'));
  });

  it('are about a node that a rule names, where it is a node that the action is about', () => {
    const recipe = about({ action: ['host.recipe'], node: ['pve1'] });
    const named = trials(recipe, recipe).find(({ where }) => where['node'] === 'pve1');
    assert.deepEqual(named?.request.target, { kind: 'node', site: 'home', node: 'pve1' });
  });

  it('have a risk above that of the catalogue where a rule names it, and never one below', () => {
    const risky = about({ action: ['config.set'], risk: ['low', 'medium', 'critical'] });
    const risks = trials(risky, risky).flatMap(({ request: { action, risk } }) =>
      action === 'config.set' ? [risk] : [],
    );
    assert.deepEqual([...new Set(risks)], ['medium', 'critical']);
    const below = about({ action: ['config.set'], risk: ['low'] });
    assert.equal(trials(below, below).length, trials(NONE, NONE).length, 'a plan never has so low a risk');
  });

  it('fit the rule that they are made for in the mode and the groups of one of the files at least', () => {
    const production = about({ ...STOP, pool: ['db'], mode: ['production'] });
    assert.deepEqual(places(trials(production, production)), ['{}', '{"pool":"unknown"}']);
    const both = trials(production, { ...production, mode: 'production' });
    assert.deepEqual(places(both.filter(isStop)), ['{}', '{"pool":"db"}', '{"pool":"unknown"}']);
    const net = ruleFile([{ id: 'a', match: { ...STOP, pool: ['db'], group: ['net'] }, need: [] }], {
      groups: { net: ['ada'] },
    });
    const inPool = trials(net, net, { people: [ada] }).filter(({ where }) => where['pool'] === 'db');
    assert.deepEqual(
      inPool.map(({ person }) => person),
      ['ada'],
    );
  });
});

describe('What was changed between two rule files', () => {
  const DB = { ...STOP, pool: ['db'] };
  const PVE1 = { ...STOP, node: ['pve1'] };

  it('is tried where a changed rule meets any other, and not where two meet that were there before', () => {
    const meets = (old: Rules, next: Rules): boolean =>
      places(trials(old, next)).some((where) => where.includes('pve1') && where.includes('db'));
    assert.equal(meets(about(DB), about(DB, PVE1)), true);
    assert.equal(meets(about(DB, PVE1), about(DB)), true);
    assert.equal(meets(about(DB, PVE1), about(DB, PVE1)), false);
  });

  it('is tried once where only one rule was changed: it does not meet itself', () => {
    const inPool = trials(NONE, about(DB)).filter(({ where }) => where['pool'] === 'db');
    assert.deepEqual(
      inPool.map(({ request }) => request.requester.role),
      ['operator', 'admin'],
    );
  });

  it('is tried where two rules meet that have only some places in common', () => {
    const few = { ...STOP, pool: ['db', 'web'], platform: ['console'] };
    const some = { ...STOP, pool: ['web', 'lab'], node: ['pve1'] };
    assert.ok(
      places(trials(NONE, about(few, some))).includes('{"node":"pve1","pool":"web","platform":"console"}'),
    );
  });

  it('is tried with each thing unknown that a rule looks at: with nothing else said, and at the changed rule', () => {
    const next = about(PVE1, { ...STOP, fact: { power: ['stopped'] } });
    const unknown = places(trials(NONE, next).filter(isStop)).filter((where) => where.includes('unknown'));
    assert.deepEqual(unknown, [
      '{"node":"unknown"}',
      '{"power":"stopped","node":"unknown"}',
      '{"power":"unknown"}',
      '{"node":"pve1","power":"unknown"}',
    ]);
    const of = (where: string) =>
      trials(NONE, next)
        .filter(isStop)
        .find((trial) => JSON.stringify(trial.where) === where)?.request;
    assert.equal(of('{"node":"unknown"}')?.node, null);
    assert.deepEqual(of('{"power":"unknown"}')?.facts, { ...KNOWN, power: 'unknown' });
    for (const field of ['pool', 'tag'])
      assert.ok(
        trials(NONE, about({ ...STOP, [field]: ['a'] })).some(
          ({ request }) => request[field === 'pool' ? 'pool' : 'tags'] === null,
        ),
      );
    assert.deepEqual(
      places(trials(next, next)).filter((where) => where.includes('pve1') && where.includes('unknown')),
      [],
    );
  });

  it('is tried at each end of a freeze that is still to come, for everything and for what the freeze is about', () => {
    const freeze = (from: string, until: string, match?: object) =>
      ruleFile([], { zone: 'UTC', freezes: [{ id: 'x', from, until, reason: 'x', match }] });
    const at = (list: readonly Trial[]) => [
      ...new Set(list.map(({ request }) => new Date(request.at).toISOString())),
    ];
    const now = new Date(base.at).toISOString();
    const [begin, end] = ['2026-12-01T10:00:00.000Z', '2026-12-03T00:00:00.000Z'];
    const coming = trials(NONE, freeze('2026-12-01T10:00', '2026-12-02', DB));
    assert.deepEqual(at(coming), [now, begin, end]);
    assert.ok(places(coming).includes(`{"at":"${begin}"}`));
    assert.ok(places(coming).includes(`{"pool":"db","at":"${end}"}`));
    assert.deepEqual(at(trials(freeze('2026-11-01', '2026-12-02'), NONE)), [now, end]);
    assert.deepEqual(at(trials(freeze('2026-11-01', '2026-11-25T12:00'), NONE)), [now]);
  });

  it('is tried whole where there are many rules of which few can meet', () => {
    const only = { action: ['rules.change'] };
    const apart: readonly (readonly [object, object])[] = [
      [only, STOP],
      [
        { ...only, risk: ['critical'] },
        { ...only, risk: ['high'] },
      ],
      [
        { ...only, role: ['admin'] },
        { ...only, role: ['viewer'] },
      ],
      [
        { ...only, mode: ['standard'] },
        { ...only, mode: ['production'] },
      ],
      ...['site', 'node', 'pool', 'platform'].map(
        (field) =>
          [
            { ...only, [field]: ['a'] },
            { ...only, [field]: ['b'] },
          ] as const,
      ),
    ];
    const whole = (old: object, other: object): boolean => {
      const many = Array.from({ length: 700 }, () => old);
      return corpusOf([about(...many), about(...many, other, other, other)], base).whole;
    };
    for (const [old, other] of apart) assert.equal(whole(old, other), true, JSON.stringify([old, other]));
    assert.equal(whole(only, only), false);
    const meeting = (before: number, added: number): boolean => {
      const old = Array.from({ length: before }, () => only);
      return corpusOf([about(...old), about(...old, ...Array.from({ length: added }, () => only))], base)
        .whole;
    };
    assert.equal(meeting(81, 20), true, '2000 meetings');
    assert.equal(meeting(82, 20), false, '2020 meetings');
  });
});
