import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Account, accountKey, accountOfKey } from '#policies/person';
import { inScope, Scope } from '#policies/scope';
import { Target } from '#policies/target';

const guest = Target.parse({ kind: 'guest', site: 'home', vmid: 101 });
const node = Target.parse({ kind: 'node', site: 'home', node: 'pve1' });
const bound = (...sites: readonly string[]): Scope =>
  Scope.parse({ pools: sites.map((site) => ({ site, pool: 'web' })), guests: [] });

describe('A target whose pool may not be known', () => {
  it('is in a scope that names it or its pool, and out of one that does not', () => {
    assert.equal(inScope('everything', node, null), 'in');
    assert.equal(inScope(bound('home'), guest, 'web'), 'in');
    assert.equal(inScope(bound('home'), guest, 'db'), 'out');
    assert.equal(inScope(bound('home'), guest, ''), 'out');
    assert.equal(inScope(bound('home'), node, null), 'out');
  });

  it('is unsure where a pool of its site is named, and only there', () => {
    assert.equal(inScope(bound('home'), guest, null), 'unsure');
    assert.equal(inScope(bound('lab', 'home'), guest, null), 'unsure');
    assert.equal(inScope(bound('lab'), guest, null), 'out');
    assert.equal(inScope(bound(), guest, null), 'out');
  });
});

describe('An account', () => {
  it('is read back from its key, also where its id has colons', () => {
    const account = Account.parse({ platform: 'slack', tenant: 'T1', id: 'a:b:c' });
    assert.deepEqual(accountOfKey(accountKey(account)), account);
  });
});
