import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complaint, complaints, fileOf, first, freeze, good, night, rule, ruled } from './file.ts';

describe('A rule file', () => {
  it('that says only who must agree leaves the rest as it is usual', () => {
    assert.deepEqual(good({ version: 1, rules: [rule] }), {
      version: 1,
      mode: 'standard',
      sites: {},
      groups: {},
      windows: {},
      freezes: [],
      caps: { open_per_person: 5, open: 50, per_minute: 10 },
      stand_ins: [],
      rules: [{ ...rule, alone: false }],
    });
  });

  it('is read as it is written, with its times in milliseconds', () => {
    const terms = {
      who: { group: 'net' },
      expires: '90s',
      vote_valid_for: '2d',
      reason: 'required',
      confirm: 'type_target',
      second_factor: 'totp',
      cooldown: '20m',
      revert: { after: '8h', keep_by: 'requester' },
      window: 'night',
    };
    assert.deepEqual(first(fileOf({ windows: { night }, rules: [{ ...rule, ...terms }] })), {
      ...rule,
      ...terms,
      alone: false,
      expires: 90_000,
      vote_valid_for: 172_800_000,
      cooldown: 1_200_000,
      revert: { after: 28_800_000, keep_by: 'requester' },
    });
  });

  it('names everybody of a group, and no group of nobody', () => {
    assert.deepEqual(good(fileOf({ groups: { net: ['ada', 'omar'] } })).groups, { net: ['ada', 'omar'] });
    assert.equal(complaint(fileOf({ groups: { net: [] } })), 'groups.net: at least 1 entries');
  });

  it('of another version is refused', () => {
    assert.equal(complaint(fileOf({ version: 2 })), 'version: 1');
  });

  it('whose rule is a no says only about what and why', () => {
    const no = { id: 'no', match: rule.match, deny: 'never' };
    assert.deepEqual(first(fileOf({ rules: [no] })), no);
  });

  it('whose rule needs nobody else says for how long it rests', () => {
    const alone = { id: 'alone', match: rule.match, alone: true };
    assert.deepEqual(first(fileOf({ rules: [{ ...alone, cooldown: '1s' }] })), {
      ...alone,
      need: [],
      cooldown: 1000,
    });
    assert.equal(
      complaint(fileOf({ rules: [alone] })),
      'rules.0.cooldown: a time to wait, since nobody else agrees',
    );
  });

  it('whose rule has no verdict, or two at once, is refused: neither is taken for the other', () => {
    const wrong = 'rules.0.need: exactly one of need, deny and alone';
    const { need: _, ...bare } = rule;
    assert.equal(complaint(fileOf({ rules: [bare] })), wrong);
    assert.equal(complaint(ruled({ deny: 'no' })), wrong);
    assert.equal(complaint(ruled({ alone: true, cooldown: '1m' })), wrong);
    const both = { ...bare, deny: 'no', alone: true };
    assert.deepEqual(complaints(fileOf({ rules: [both] })), [
      wrong,
      'rules.0.cooldown: a time to wait, since nobody else agrees',
    ]);
    assert.ok(complaints(ruled({ alone: false }))[0]?.startsWith('rules.0.alone: '));
  });

  it('whose rule is a no with terms beside it is refused at each of them', () => {
    const terms = { who: { role: 'admin' }, expires: '1h', reason: 'required', window: 'night' };
    const deny = { id: 'no', match: rule.match, deny: 'never', ...terms };
    assert.deepEqual(
      complaints(fileOf({ windows: { night }, rules: [deny] })),
      Object.keys(terms).map((key) => `rules.0.${key}: nothing, beside deny`),
    );
  });

  it('whose rule names one role twice is refused: it would read like two people and count as one', () => {
    const once = 'rules.0.need: each role and each group once, with its count';
    const admin = { count: 1, role: 'admin' };
    assert.equal(complaint(ruled({ need: [admin, { count: 2, role: 'admin' }] })), once);
    assert.equal(complaint(ruled({ need: [admin, { count: 1, group: 'net' }, admin] })), once);
    good(ruled({ need: [admin, { count: 1, role: 'operator' }, { count: 1, group: 'net' }] }));
  });

  it('whose rule has more places of different kinds than anybody could follow is refused', () => {
    const groups = Object.fromEntries(Array.from({ length: 11 }, (_, no) => [`g${no}`, ['ada']]));
    const need = Object.keys(groups).map((group) => ({ count: 1, group }));
    good(fileOf({ groups, rules: [{ ...rule, need: need.slice(1) }] }));
    assert.equal(
      complaint(fileOf({ groups, rules: [{ ...rule, need }] })),
      'rules.0.need: at most 10 entries',
    );
  });

  it('says in one line why not, and why it is frozen', () => {
    const deny = (text: string) => fileOf({ rules: [{ id: 'no', match: rule.match, deny: text }] });
    good(deny('x'.repeat(200)));
    assert.equal(complaint(deny('')), 'rules.0.deny: at least 1 characters');
    assert.equal(complaint(deny('x'.repeat(201))), 'rules.0.deny: at most 200 characters');
    assert.equal(
      complaint(fileOf({ freezes: [{ ...freeze, reason: '' }] })),
      'freezes.0.reason: at least 1 characters',
    );
  });
});
