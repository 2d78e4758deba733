import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canGrant, matcherOf, matches } from '#policies/decide/matches';
import type { DecisionRequest } from '#policies/decide/request';
import { NodeName } from '#policies/ids';
import { Match } from '#policies/rules/match';
import { Target } from '#policies/target';
import { omar } from '../people.ts';
import { asked, target } from './asked.ts';

const seen = asked({
  pool: 'web',
  tags: ['prod', 'web'],
  requester: { ...omar, groups: ['net'] },
  platform: 'telegram',
});
const fit = (match: object, request: DecisionRequest = seen) =>
  matches(Match.parse(match), { ...request, mode: 'standard' });

/** A field, what fits the request above, and what does not. */
const FIELDS: readonly (readonly [string, unknown, unknown])[] = [
  ['action', ['guest.start', 'guest.stop'], ['guest.start']],
  ['risk', ['low', 'high'], ['low', 'critical']],
  ['site', ['home', 'lab'], ['lab']],
  ['node', ['pve1', 'pve2'], ['pve2']],
  ['vmid', ['100-199'], ['200-299']],
  ['pool', ['db', 'web'], ['db', 'we']],
  ['tag', ['prod', 'lab'], ['lab', 'Prod']],
  ['role', ['operator'], ['admin', 'viewer']],
  ['group', ['db', 'net'], ['db']],
  ['platform', ['telegram'], ['console']],
  ['mode', ['standard'], ['production', 'read_only']],
  ['fact', { power: ['running', 'paused'] }, { power: ['stopped'] }],
];

describe('A match', () => {
  it('is taken apart once, however often it is asked', () => {
    const match = Match.parse({ pool: ['web'] });
    assert.equal(matcherOf(match), matcherOf(match));
    assert.notEqual(matcherOf(match), matcherOf(Match.parse({ pool: ['web'] })));
  });

  for (const [field, yes, no] of FIELDS)
    it(`looks at ${field}, and one of its values is enough`, () => {
      assert.equal(fit({ [field]: yes }), true);
      assert.equal(fit({ [field]: no }), false);
    });

  it('holds the first and the last guest id of a range, and those of guests only', () => {
    const of = (vmid: number) => ({ ...seen, target: Target.parse({ ...target, vmid }) });
    const range = { vmid: ['101-103', 200] };
    assert.deepEqual(
      [100, 101, 103, 104, 199, 200, 201].map((vmid) => fit(range, of(vmid))),
      [false, true, true, false, false, true, false],
    );
    const node = Target.parse({ kind: 'node', site: 'home', node: 'pve1' });
    assert.equal(fit(range, { ...seen, target: node }), false);
  });

  it('fits only where all its fields do', () => {
    const all = Object.fromEntries(FIELDS.map(([field, yes]) => [field, yes]));
    assert.equal(fit(all), true);
    for (const [field, , no] of FIELDS) assert.equal(fit({ ...all, [field]: no }), false, field);
  });

  it('does not know, where it looks at what nobody could see', () => {
    const blind = { ...seen, node: null, pool: null, tags: null };
    for (const [field, yes] of FIELDS)
      assert.equal(
        fit({ [field]: yes }, blind),
        ['node', 'pool', 'tag'].includes(field) ? 'unknown' : true,
        field,
      );
    const unknown = { ...seen, facts: { ...seen.facts, power: 'unknown' as const } };
    assert.equal(fit({ fact: { power: ['running'] } }, unknown), 'unknown');
    assert.equal(fit({ fact: { power: ['running', 'unknown'] } }, unknown), true);
    assert.equal(
      fit({ fact: { quorum: ['yes'] } }, unknown),
      true,
      'what it does not look at may be unknown',
    );
  });

  it('of which one field does not fit does not fit, whatever else is unknown, before or after it', () => {
    const blind = { ...seen, node: null };
    assert.equal(fit({ node: ['pve1'], risk: ['low'] }, blind), false);
    assert.equal(fit({ risk: ['low'], node: ['pve1'] }, blind), false);
    assert.equal(fit({ node: ['pve1'], risk: ['high'] }, blind), 'unknown');
    assert.equal(fit({ risk: ['high'], node: ['pve1'] }, blind), 'unknown');
    const facts = { ...seen.facts, power: 'unknown' as const };
    const both = { fact: { power: ['running'], quorum: ['no'] } };
    assert.equal(fit(both, { ...seen, facts }), false);
  });

  it('that looks at a place fits nothing that is about Quorate itself, even where the place is unknown', () => {
    const own = { ...seen, target: Target.parse({ kind: 'rules' }) };
    const blind = { ...own, node: null, pool: null, tags: null };
    for (const [field, yes] of FIELDS) {
      const isPlace = ['site', 'node', 'vmid', 'pool', 'tag', 'fact'].includes(field);
      for (const request of [own, blind]) assert.equal(fit({ [field]: yes }, request), !isPlace, field);
    }
  });

  it('with a field that a program left undefined is the match without it', () => {
    const request = { ...seen, mode: 'standard' as const };
    assert.equal(matches({ risk: ['high'], node: undefined }, { ...request, node: null }), true);
    assert.equal(matches({ risk: ['low'], node: undefined }, request), false);
    assert.equal(matches({ fact: { power: undefined } }, request), false, 'no answer is one that fits');
  });
});

describe('A match may grant', () => {
  const tagged = (tags: readonly string[] | null, registeredTags: readonly string[]) =>
    canGrant(Match.parse({ tag: ['lab', 'web'] }), { ...seen, tags, registeredTags });

  it('by a tag only where that very tag is on the guest and is registered', () => {
    assert.equal(tagged(['lab'], ['lab']), true);
    assert.equal(tagged(['lab'], ['web']), false, 'another of its tags is registered');
    assert.equal(tagged(['prod'], ['lab', 'web']), false, 'the guest has none of them');
    assert.equal(tagged(null, ['lab', 'web']), false, 'nobody could see the tags');
    assert.equal(tagged(['lab', 'web'], ['web']), true);
  });

  it('where it looks at no tag', () => {
    assert.equal(canGrant(Match.parse({ node: [NodeName.parse('pve1')] }), { ...seen, tags: null }), true);
  });
});
