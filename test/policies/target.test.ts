import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Target, targetKey } from '#policies/target';

const name = fc.constantFrom('101', '999999999', 'pve1', 'node', 'home', '1a');
const target = fc
  .oneof(
    fc.record({ kind: fc.constant('guest'), site: name, vmid: fc.constantFrom(101, 102, 999_999_999) }),
    fc.record({ kind: fc.constant('node'), site: name, node: name }),
  )
  .filter((made) => Target.safeParse(made).success)
  .map((made) => Target.parse(made));

test('a guest, a node and the same names in another site never share a key', () => {
  fc.assert(
    fc.property(target, target, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      assert.equal(targetKey(one) === targetKey(other), same, `${JSON.stringify([one, other])}`);
    }),
    { numRuns: 1000 },
  );
  const site = 'home';
  const guest = Target.parse({ kind: 'guest', site, vmid: 101 });
  const node = Target.parse({ kind: 'node', site, node: '101' });
  assert.notEqual(targetKey(guest), targetKey(node));
});

test('the key of a guest or a node reads as people say it', () => {
  assert.equal(targetKey(Target.parse({ kind: 'guest', site: 'home', vmid: 101 })), 'home/101');
  assert.equal(targetKey(Target.parse({ kind: 'node', site: 'home', node: 'pve2' })), 'home/pve2');
});
