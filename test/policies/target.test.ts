import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isOwnTarget, readOwnTarget, shortName, Target, targetKey } from '#policies/target';

const site = fc.constantFrom('home', 'lab');
const target = fc
  .oneof(
    fc.record({ kind: fc.constant('guest'), site, vmid: fc.integer({ min: 100, max: 120 }) }),
    fc.record({ kind: fc.constant('node'), site, node: fc.integer({ min: 100, max: 120 }).map(String) }),
    fc.record({ kind: fc.constant('node'), site, node: fc.stringMatching(/^[a-z0-9]{1,3}$/) }),
    fc.record({ kind: fc.constant('rules') }),
    fc.record({ kind: fc.constant('person'), person: fc.constantFrom('home', 'rules', 'ada') }),
  )
  .map((value) => Target.parse(value));

test('two targets never have the same key, even when a node is called by a number', () => {
  fc.assert(
    fc.property(target, target, (one, other) => {
      assert.equal(targetKey(one) === targetKey(other), JSON.stringify(one) === JSON.stringify(other));
    }),
    { numRuns: 2000 },
  );
});

test('a key reads as people call the target, and as it stands in earlier records', () => {
  const key = (value: object): string => targetKey(Target.parse({ site: 'home', ...value }));
  assert.equal(key({ kind: 'guest', vmid: 101 }), 'home/101');
  assert.equal(key({ kind: 'node', node: 'pve2' }), 'home/pve2');
  assert.equal(key({ kind: 'node', node: '101' }), 'home/node:101');
  assert.equal(targetKey(Target.parse({ kind: 'rules' })), 'rules');
  assert.equal(targetKey(Target.parse({ kind: 'person', person: 'ada' })), 'person:ada');
});

test('only a name of digits alone is marked as that of a node', () => {
  for (const node of ['101a', 'a101', '1-1'])
    assert.equal(targetKey(Target.parse({ kind: 'node', site: 'home', node })), `home/${node}`);
});

test('what people type to agree to a target is its number or its name', () => {
  const short = (value: object): string => shortName(Target.parse({ site: 'home', ...value }));
  assert.equal(short({ kind: 'guest', vmid: 101 }), '101');
  assert.equal(short({ kind: 'node', node: 'pve2' }), 'pve2');
  assert.equal(shortName({ kind: 'rules' }), 'rules');
  assert.equal(short({ kind: 'person', person: 'ada' }), 'ada');
});

test('what is about Quorate itself is named by its kind: the rules by that word, a person by their name', () => {
  assert.deepEqual(readOwnTarget('rules', 'rules'), { kind: 'rules' });
  assert.equal(readOwnTarget('rules', 'ada'), null);
  assert.deepEqual(readOwnTarget('person', 'ada'), { kind: 'person', person: 'ada' });
  assert.deepEqual(readOwnTarget('person', 'rules'), { kind: 'person', person: 'rules' });
  assert.equal(readOwnTarget('person', 'Ada!'), null);
  assert.equal(isOwnTarget({ kind: 'rules' }), true);
  assert.equal(isOwnTarget(Target.parse({ kind: 'guest', site: 'home', vmid: 101 })), false);
});
