import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grantsMore, isAdmin, isLastAdmin } from '#policies/access';
import type { Scope } from '#policies/scope';
import { ada, ivan, omar, somebody, vera } from './people.ts';

const NOTHING: Scope = { pools: [], guests: [] };

describe('Who may do everything', () => {
  it('is an admin with access who is bound to nothing', () => {
    assert.equal(isAdmin(ada), true);
    assert.equal(isAdmin(omar), false);
    assert.equal(isAdmin({ ...ada, disabled: true }), false);
    assert.equal(isAdmin({ ...ada, scope: NOTHING }), false);
  });

  it('is never lost: the last one keeps their role, their access and their scope', () => {
    const people = [ada, omar, { ...ivan, disabled: true }];
    for (const less of [
      { ...ada, role: 'operator' as const },
      { ...ada, disabled: true },
      { ...ada, scope: NOTHING },
    ]) {
      assert.equal(isLastAdmin(less, people), true);
      assert.equal(isLastAdmin(less, [...people, ivan]), false);
    }
    assert.equal(isLastAdmin({ ...ada, name: 'Ada' }, people), false);
    assert.equal(isLastAdmin({ ...omar, disabled: true }, people), false);
    assert.equal(isLastAdmin({ ...omar, disabled: true }, [omar, vera]), false, 'there was none before');
  });
});

describe('A change of what a person may', () => {
  it('gives more where they are new, let in again, in a stronger role, or bound to less', () => {
    const bound = somebody('kim', 'operator', { scope: NOTHING });
    assert.equal(grantsMore(undefined, vera), true);
    assert.equal(grantsMore({ ...vera, disabled: true }, vera), true);
    assert.equal(grantsMore(omar, { ...omar, role: 'admin' }), true);
    assert.equal(grantsMore(bound, { ...bound, scope: 'everything' }), true);
  });

  it('gives nothing more where they are shut out, in a weaker role, or bound to more', () => {
    assert.equal(grantsMore(undefined, { ...vera, disabled: true }), false);
    assert.equal(grantsMore(omar, { ...omar, role: 'admin', disabled: true }), false);
    assert.equal(grantsMore(ada, { ...ada, role: 'operator' }), false);
    assert.equal(grantsMore(ada, ada), false);
    assert.equal(grantsMore(omar, { ...omar, scope: NOTHING }), false);
  });
});
