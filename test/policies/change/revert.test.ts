import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mayCallBack, mayKeep } from '#policies/change/keep';
import { transition } from '#policies/change/machine';
import {
  isRevertAsStrong,
  KEEPERS,
  lastingSteps,
  type Revert,
  strongerRevert,
} from '#policies/change/revert';
import type { Keeping, State } from '#policies/change/state';
import type { Need } from '#policies/change/vote';
import type { Effect } from '#policies/effect';
import type { Deb } from '#policies/host-effect';
import { PlanHash } from '#policies/ids';
import type { Person } from '#policies/person';
import { crowds, needs } from '../decide/arbitrary.ts';
import { ada, EVERYBODY, omar, somebody, vera } from '../people.ts';

const reverts: fc.Arbitrary<Revert | null> = fc.option(
  fc.record({ after: fc.integer({ min: 1, max: 3 }), keepBy: fc.constantFrom(...KEEPERS) }),
);
const both = (a: Revert | null, b: Revert | null): string => JSON.stringify(strongerRevert(a, b));

/** Who of a crowd keeps it under a revert, whoever of them asked. */
const keepers = (
  revert: Revert | null,
  places: readonly Need[],
  crowd: readonly Person[],
): readonly string[] =>
  crowd.flatMap((person) => {
    if (revert === null) return [person.id];
    const keeping = { keepBy: revert.keepBy, needs: [...places] };
    return mayKeep(keeping, omar.id, person).ok ? [person.id] : [];
  });

describe('the stronger of two reverts', () => {
  it('does not depend on order or grouping, and with itself is itself', () => {
    fc.assert(
      fc.property(reverts, reverts, reverts, (a, b, c) => {
        assert.equal(both(a, b), both(b, a));
        assert.equal(both(strongerRevert(a, b), c), both(a, strongerRevert(b, c)));
        assert.equal(both(a, a), JSON.stringify(a));
      }),
    );
  });

  it('is as strong as each: it never comes later, is kept by nobody who could not keep each, and none is the weakest', () => {
    fc.assert(
      fc.property(reverts, reverts, needs, crowds, (a, b, places, others) => {
        const crowd = [...others, omar];
        const stronger = strongerRevert(a, b);
        for (const one of [a, b]) {
          assert.ok(isRevertAsStrong(stronger, one));
          if (one === null) continue;
          assert.ok(stronger && stronger.after <= one.after);
          const may = keepers(one, places, crowd);
          assert.ok(keepers(stronger, places, crowd).every((id) => may.includes(id)));
        }
        if (stronger !== null) assert.equal(isRevertAsStrong(null, stronger), false);
      }),
    );
  });
});

describe('who keeps what was done', () => {
  const by = (
    keepBy: Keeping['keepBy'],
    places: Keeping['needs'] = [{ count: 1, role: 'admin' }],
  ): Keeping => ({
    keepBy,
    needs: places,
  });
  const who = (keeping: Keeping, may: typeof mayKeep) =>
    EVERYBODY.filter((person) => may(keeping, omar.id, person).ok).map(({ id }) => id);

  it('are those who may approve it, and whoever asked only where the rules say so', () => {
    assert.deepEqual(who(by('anyone_who_may_approve'), mayKeep), ['ada', 'ivan']);
    assert.deepEqual(who(by('requester'), mayKeep), ['omar', 'ada', 'ivan']);
    assert.deepEqual(who(by('requester', []), mayKeep), ['omar']);
    assert.deepEqual(who(by('anyone_who_may_approve', []), mayKeep), []);
    assert.deepEqual(mayKeep(by('anyone_who_may_approve'), ada.id, ada), {
      ok: false,
      error: { no: 'own-change' },
    });
  });

  it('are told yes in one way, and whoever keeps nothing which places would have been theirs', () => {
    const yes = { ok: true, value: true };
    assert.deepEqual(mayKeep(by('requester'), omar.id, omar), yes);
    assert.deepEqual(mayKeep(by('requester'), omar.id, ada), yes);
    assert.deepEqual(mayCallBack(by('anyone_who_may_approve'), omar.id, omar), yes);
    const places: Keeping['needs'] = [
      { count: 1, group: 'net' },
      { count: 1, role: 'admin' },
    ];
    assert.deepEqual(mayKeep(by('requester', places), omar.id, ada), yes, 'one of the places is enough');
    const net = somebody('eva', 'viewer', { groups: ['net'] });
    assert.deepEqual(mayKeep(by('requester', places), omar.id, net), yes);
  });

  it('have it taken back at once as well, and so does whoever asked', () => {
    assert.deepEqual(who(by('anyone_who_may_approve'), mayCallBack), ['omar', 'ada', 'ivan']);
  });

  it('are never people without access, and not those who fill no place', () => {
    const gone = somebody('ada', 'admin', { disabled: true });
    for (const may of [mayKeep, mayCallBack]) {
      assert.deepEqual(may(by('requester'), gone.id, gone), { ok: false, error: { no: 'person-disabled' } });
      assert.deepEqual(may(by('requester'), omar.id, vera), {
        ok: false,
        error: { no: 'not-a-keeper', role: 'viewer', needs: [{ count: 1, role: 'admin' }] },
      });
    }
  });
});

describe('what waits to be kept', () => {
  const plan = PlanHash.parse('a'.repeat(64));
  const keeping: Keeping = { keepBy: 'requester', needs: [] };
  const running: State = { state: 'running', plan, votes: [], keeping, step: 0, upid: null, since: 0 };
  const waiting: State = {
    state: 'confirming',
    plan,
    votes: [],
    keeping,
    seen: [],
    until: 100,
    chosen: null,
  };
  const says = (choice: 'keep' | 'revert', at = 1, on = plan) =>
    ({ type: 'choose', plan: on, chosen: { choice, by: ada.id, at } }) as const;

  it('comes only from what the rules want kept', () => {
    const verified = { type: 'verified', seen: [], until: 100 } as const;
    assert.deepEqual(transition(running, verified), { ok: true, value: waiting });
    assert.deepEqual(transition({ ...running, keeping: null }, verified), {
      ok: false,
      error: { no: 'not-possible', state: 'running', event: 'verified' },
    });
  });

  it('takes one word about its plan, before the deadline to the millisecond', () => {
    assert.deepEqual(transition(waiting, says('keep', 100)), {
      ok: false,
      error: { no: 'too-late-to-choose' },
    });
    const other = PlanHash.parse('b'.repeat(64));
    assert.deepEqual(transition(waiting, says('keep', 1, other)), {
      ok: false,
      error: { no: 'plan-changed' },
    });
    const kept = transition(waiting, says('keep', 99));
    assert.ok(kept.ok && kept.value.state === 'confirming', 'how it ends is its worker to say');
    assert.deepEqual(transition(kept.value, says('revert')), {
      ok: false,
      error: { no: 'already-chosen', choice: 'keep', by: ada.id, at: 99 },
    });
  });
});

describe('steps that nothing takes back', () => {
  const call = { method: 'POST' as const, path: '/nodes/pve1/qemu/101/status/stop', params: {} };
  const api = (inverse: typeof call | null): Effect => ({
    kind: 'api',
    call,
    answer: 'task',
    diff: [],
    inverse,
  });
  const file: Effect = { kind: 'file', path: '/etc/x', before: null, after: null };

  it('are calls without an inverse; a file always goes back', () => {
    assert.deepEqual(lastingSteps({ effects: [file, api(call)] }), []);
    assert.deepEqual(lastingSteps({ effects: [api(null), file, api(call), api(null)] }), [0, 3]);
  });

  it('are all of a change of Quorate itself: a record is changed, and nothing changes it back by itself', () => {
    const own = { kind: 'record' as const, of: 'omar', diff: [] };
    assert.deepEqual(lastingSteps({ effects: [own, own] }), [0, 1]);
  });

  it('are packages that only became newer, or whose .deb is nowhere to be had', () => {
    const deb = (sha256: string | null) => ({ version: '1.0', sha256 });
    const packages = (before: Deb | null, after: Deb | null): Effect => ({
      kind: 'package',
      asked: ['x'],
      changes: [{ name: 'x', before, after, config: false }],
    });
    const effects = [
      packages(null, deb('a')),
      packages(deb('a'), null),
      packages(deb(null), null),
      packages(deb('a'), deb('b')),
    ];
    assert.deepEqual(lastingSteps({ effects }), [2, 3]);
  });

  it('are the way back of a network change, which has no dead man behind it; the way there has', () => {
    const files = { interfaces: null, pending: null };
    const network = (way: 'there' | 'back'): Effect => ({
      kind: 'network',
      tx: 'tx',
      way,
      before: files,
      after: files,
      revertAfter: 60,
      path: null,
      diff: [],
    });
    assert.deepEqual(lastingSteps({ effects: [network('there'), network('back')] }), [1]);
  });

  it('are a change of the rules too', () => {
    const rules = {
      kind: 'rules' as const,
      before: 'a',
      after: 'b',
      effect: { rows: [], caps: [], whole: true, beyond: [] },
    };
    assert.deepEqual(lastingSteps({ effects: [rules] }), [0]);
  });
});
