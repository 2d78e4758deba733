import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { capsDiff } from '#policies/review/caps-diff';
import { Caps, capReached, USUAL_CAPS } from '#policies/rules/caps';
import { Rules } from '#policies/rules/schema';
import { ruleFile } from '../decide/asked.ts';

const count = fc.integer({ min: 1, max: 1000 });
const caps = fc.record({ open_per_person: count, open: count, per_minute: count });

describe('Caps of a rule file', () => {
  it('are the usual ones where the file says nothing, and each can be given alone', () => {
    assert.deepEqual(ruleFile([]).caps, { open_per_person: 5, open: 50, per_minute: 10 });
    assert.deepEqual(ruleFile([], { caps: { open: 7 } }).caps, { ...USUAL_CAPS, open: 7 });
  });

  it('that are unknown, no whole number, or none at all are refused at their place', () => {
    for (const [name, value] of [
      ['per_hour', 3],
      ['open', 0],
      ['open', 1001],
      ['open', 2.5],
      ['open', '7'],
      ['open', null],
    ]) {
      const read = Rules.safeParse({ version: 1, caps: { [String(name)]: value }, rules: [] });
      assert.ok(!read.success, `${name} ${value}`);
      assert.equal(read.error.issues[0]?.path[0], 'caps');
    }
  });

  it('that are larger are looser, and smaller ones tighter', () => {
    const [small, large] = [ruleFile([], { caps: { open: 5 } }), ruleFile([], { caps: { open: 6 } })];
    assert.deepEqual(capsDiff([small, large]), [{ cap: 'open', before: 5, after: 6, direction: 'looser' }]);
    assert.deepEqual(capsDiff([large, small]), [{ cap: 'open', before: 6, after: 5, direction: 'tighter' }]);
    assert.deepEqual(capsDiff([small, small]), []);
  });

  it('that nothing calls looser never take a request that the old ones refused', () => {
    fc.assert(
      fc.property(caps, caps, caps, (old, next, load) => {
        const rows = capsDiff([ruleFile([], { caps: old }), ruleFile([], { caps: next })]);
        if (rows.some(({ direction }) => direction === 'looser')) return;
        if (capReached(Caps.parse(old), load)) assert.ok(capReached(Caps.parse(next), load));
      }),
    );
  });
});
