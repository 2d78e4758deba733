import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecisionRequest } from '#policies/decide/request';
import { NodeName } from '#policies/ids';
import { narrowing } from '#policies/review/narrowed';
import type { Rules } from '#policies/rules/schema';
import { Target } from '#policies/target';
import { asked, ruleFile } from '../decide/asked.ts';
import { ada } from '../people.ts';

const inPool = (id: string, pool: string, need: readonly object[] = []) => ({
  id,
  match: { pool: [pool] },
  need,
});

/** A file of rules that ask for nobody, by id. */
const about = (matches: { readonly [id: string]: object }): Rules =>
  ruleFile(
    Object.entries(matches).map(([id, match]) => ({ id, match, need: [] })),
    { groups: { net: ['ada'] } },
  );

const ids = (files: readonly Rules[]) => files.map(({ rules }) => rules.map(({ id }) => id));

describe('Rule files that are narrowed to a place', () => {
  it('keep the rules that speak there, or may, and lose all others', () => {
    const old = ruleFile([inPool('db', 'db'), inPool('web', 'web')]);
    const next = ruleFile([inPool('web', 'web'), { id: 'pve1', match: { node: ['pve1'] }, need: [] }]);
    const at = (pool: string | null) => ids(narrowing([old, next], () => {})(asked({ pool })));
    assert.deepEqual(at('db'), [['db'], ['pve1']]);
    assert.deepEqual(at('web'), [['web'], ['web', 'pve1']]);
    assert.deepEqual(at('lab'), [[], ['pve1']]);
    assert.deepEqual(at(null), [
      ['db', 'web'],
      ['web', 'pve1'],
    ]);
  });

  it('keep what asks for another action, risk, role, group or mode: that is no matter of the place', () => {
    const others = about({
      action: { action: ['guest.start'] },
      risk: { risk: ['low'] },
      role: { role: ['viewer'] },
      group: { group: ['net'] },
      mode: { mode: ['read_only'] },
      both: { mode: ['read_only'], pool: ['db'] },
    });
    const [kept] = ids(narrowing([others, others], () => {})(asked({ pool: 'web' })));
    assert.deepEqual(kept, ['action', 'risk', 'role', 'group', 'mode']);
  });

  it('have rules that say the same by other ids once, the first of them, and change nothing around the rules', () => {
    const groups = { groups: { net: ['ada'] } };
    const file = ruleFile(
      [inPool('a', 'db'), inPool('b', 'db'), inPool('c', 'db', [{ count: 1, role: 'admin' }])],
      groups,
    );
    const [narrow] = narrowing([file, file], () => {})(asked({ pool: 'db' }));
    assert.deepEqual(ids([narrow]), [['a', 'c']]);
    assert.deepEqual({ ...narrow, rules: [] }, { ...file, rules: [] });
  });

  it('are looked at once for requests of one place in a row, each rule of both files once', () => {
    const [old, next] = [
      about({ db: { pool: ['db'] } }),
      about({ db: { pool: ['db'] }, web: { pool: ['web'] } }),
    ];
    const looked: number[] = [];
    const narrow = narrowing([old, next], (rules) => looked.push(rules));
    const here = asked();
    const first = narrow(here);
    assert.equal(narrow({ ...here, action: 'guest.start', risk: 'low', requester: ada, at: 0 }), first);
    assert.deepEqual(looked, [2]);
    const node = Target.parse({ kind: 'node', site: 'home', node: 'pve1' });
    narrow({ ...here, target: node });
    assert.equal(narrow(here), first, 'a place of each kind is kept');
    assert.deepEqual(looked, [2, 2]);
  });

  it('are looked at again where anything about the place is another', () => {
    const here = asked();
    const others: readonly Partial<DecisionRequest>[] = [
      { target: Target.parse({ kind: 'guest', site: 'home', vmid: 102 }) },
      { node: NodeName.parse('pve2') },
      { pool: 'db' },
      { tags: ['prod'] },
      { platform: 'telegram' },
      { facts: { ...here.facts, power: 'stopped' } },
    ];
    for (const other of others) {
      let looks = 0;
      const narrow = narrowing([ruleFile([]), ruleFile([])], () => (looks += 1));
      narrow(here);
      narrow({ ...here, ...other });
      assert.equal(looks, 2, Object.keys(other).join());
    }
  });
});
