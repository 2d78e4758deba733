import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decide, stricter } from '#policies/decide/decide';
import { RISKS } from '#policies/risk';
import { ada, omar, vera } from '../people.ts';
import { asked, ruleFile } from './asked.ts';

const all = { risk: [...RISKS] };
const free = { id: 'free', match: all, need: [] };
const spoke = (rules: readonly object[], request = asked(), rest: object = {}) =>
  decide(ruleFile(rules, rest), request).rules;

describe('a decision names the rules that spoke', () => {
  it('all that matched and ask for something, in the order of the file, where it grants', () => {
    const other = { id: 'other', match: { action: ['guest.start'] }, need: [] };
    const admin = { id: 'admin', match: { action: ['guest.stop'] }, need: [{ count: 1, role: 'admin' }] };
    assert.deepEqual(spoke([free, other, admin]), ['free', 'admin']);
  });

  it('the one that denies, the freeze that holds, or nobody where none spoke', () => {
    const never = { id: 'never', match: { vmid: [101] }, deny: 'no' };
    assert.deepEqual(spoke([free, never]), ['never']);
    const freezes = [{ id: 'xmas', from: '2026-11-20', until: '2026-11-30', reason: 'quiet' }];
    assert.deepEqual(spoke([free], asked(), { zone: 'UTC', freezes }), ['xmas']);
    assert.deepEqual(spoke([]), []);
    assert.deepEqual(spoke([free], asked({ requester: vera })), [], 'the catalogue itself says no');
    assert.deepEqual(spoke([free], asked(), { mode: 'read_only' }), []);
  });

  it('every one that looks at what nobody could see', () => {
    const lab = { id: 'lab', match: { pool: ['lab'] }, need: [] };
    const node = { id: 'node', match: { node: ['pve1'] }, need: [] };
    const blind = asked({ pool: null, node: null });
    assert.deepEqual(spoke([free, lab, node], blind), ['lab', 'node']);
    const refused = decide(ruleFile([free, lab, node]), blind);
    assert.deepEqual(refused.verdict === 'refuse' && refused.refusal, { no: 'fact-unknown', rule: 'lab' });
    const match = { pool: ['lab'] };
    const freezes = [{ id: 'xmas', from: '2026-11-20', until: '2026-11-30', match, reason: 'quiet' }];
    const held = decide(ruleFile([free], { zone: 'UTC', freezes }), blind);
    assert.deepEqual(held, {
      verdict: 'refuse',
      refusal: { no: 'fact-unknown', rule: 'xmas' },
      rules: ['xmas'],
    });
  });

  it('those that look at ordinary tags only, and the one that lets others ask', () => {
    const tagged = { id: 'tagged', match: { tag: ['web'] }, need: [] };
    assert.deepEqual(spoke([tagged], asked({ tags: ['web'] })), ['tagged']);
    const admins = { id: 'admins', match: { action: ['guest.stop'] }, who: { role: 'admin' }, need: [] };
    assert.deepEqual(spoke([free, admins]), ['admins']);
    const refused = decide(ruleFile([free, admins]), asked());
    assert.deepEqual(refused.verdict === 'refuse' && refused.refusal, {
      no: 'role-too-low',
      role: 'operator',
      needs: 'admin',
    });
    assert.deepEqual(spoke([free, admins], asked({ requester: ada })), ['free', 'admins']);
  });

  it('those of both files, each once, where two decide, and those of the no where one says no', () => {
    const [a, b] = [ruleFile([free]), ruleFile([free, { id: 'more', match: all, need: [] }])];
    assert.deepEqual(stricter(decide(a, asked()), decide(b, asked())).rules, ['free', 'more']);
    const no = decide(ruleFile([{ id: 'never', match: all, deny: 'no' }]), asked());
    assert.deepEqual(stricter(no, decide(a, asked())), no);
    assert.deepEqual(stricter(decide(a, asked()), no), no);
  });

  it('and what production did not find named, or somebody who is switched off, is told as such', () => {
    const destroy = asked({ action: 'guest.destroy', risk: 'critical', requester: ada });
    assert.deepEqual(spoke([free], destroy, { mode: 'production' }), ['free']);
    const off = decide(ruleFile([free]), asked({ requester: { ...omar, disabled: true } }));
    assert.deepEqual(off, { verdict: 'refuse', refusal: { no: 'requester-disabled' }, rules: [] });
  });
});
