import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChangeEvent } from '#policies/change/event';
import { FINAL, MACHINE, transition } from '#policies/change/machine';
import type { State } from '#policies/change/state';
import { PersonId, PlanHash } from '#policies/ids';
import type { Outcome } from '#policies/outcome';

const plan = PlanHash.parse('a'.repeat(64));
const other = PlanHash.parse('b'.repeat(64));
const ada = PersonId.parse('ada');
const outcome: Outcome = { end: 'succeeded', seen: [], upids: [] };
const agreed = { plan, votes: [] };
const asked = {
  ...agreed,
  needs: [],
  voteValidFor: 1000,
  confirm: false,
  secondFactor: false,
  alone: false,
  from: 1,
  revert: null,
};
const keeping = { keepBy: 'requester' as const, needs: [] };
const begins = { since: 0, from: 1, until: 100 };

const STATES: { readonly [S in State['state']]: State } = {
  planning: { state: 'planning', until: 100 },
  awaiting: { state: 'awaiting', ...asked, until: 100 },
  approved: { state: 'approved', ...asked, ...begins },
  running: { state: 'running', ...agreed, keeping, step: 0, upid: null, since: 0 },
  confirming: { state: 'confirming', ...agreed, keeping, seen: [], until: 100, chosen: null },
  unknown: { state: 'unknown', ...agreed, keeping, why: 'answer-lost', since: 0 },
  succeeded: { state: 'succeeded', ...agreed, outcome },
  reverted: { state: 'reverted', ...agreed, outcome },
  failed: { state: 'failed', ...agreed, outcome },
  denied: { state: 'denied', ...agreed, by: ada },
  withdrawn: { state: 'withdrawn', by: ada },
  expired: { state: 'expired', was: 'awaiting', asked: { ...agreed, needs: [] } },
  refused: { state: 'refused', refusal: { no: 'nothing-to-do' } },
};

const EVENTS: { readonly [E in ChangeEvent['type']]: ChangeEvent } = {
  planned: {
    type: 'planned',
    plan,
    needs: [{ count: 1, role: 'admin' }],
    voteValidFor: 1000,
    confirm: false,
    secondFactor: false,
    alone: false,
    revert: null,
    until: 100,
    begins,
  },
  refused: { type: 'refused', refusal: { no: 'nothing-to-do' } },
  vote: { type: 'vote', vote: { person: ada, plan, at: 1 }, begins },
  confirm: { type: 'confirm', by: ada, plan, at: 1, begins },
  'break-glass': { type: 'break-glass', by: ada, plan, reason: 'fire', at: 1, due: 90, begins },
  deny: { type: 'deny', by: ada, plan, at: 1 },
  withdraw: { type: 'withdraw', by: ada },
  supersede: { type: 'supersede', by: ada, next: 2 },
  orphan: { type: 'orphan', of: ada },
  void: { type: 'void', person: ada, filled: false },
  replan: { type: 'replan', until: 200 },
  stale: { type: 'stale', plan, until: 200 },
  start: { type: 'start', plan, at: 1, keeping },
  progress: { type: 'progress', step: 1, upid: null },
  lose: { type: 'lose', why: 'answer-lost', at: 1 },
  verified: { type: 'verified', seen: [], until: 100 },
  choose: { type: 'choose', plan, chosen: { choice: 'keep', by: ada, at: 1 } },
  finish: { type: 'finish', outcome },
  tick: { type: 'tick', at: 100 },
};

/** The table that people approved: a change to it is seen in review. */
const TABLE: { readonly [S in State['state']]: string } = {
  planning:
    'planned>awaiting refused>refused withdraw>withdrawn supersede>withdrawn orphan>withdrawn tick>expired',
  awaiting:
    'vote>approved confirm>approved break-glass>approved deny>denied withdraw>withdrawn supersede>withdrawn orphan>withdrawn void>awaiting replan>planning tick>expired',
  approved:
    'refused>refused deny>denied withdraw>withdrawn supersede>withdrawn orphan>withdrawn void>approved replan>planning start>running tick>expired',
  running:
    'refused>refused stale>planning progress>running lose>unknown verified>confirming finish>succeeded',
  confirming: 'lose>unknown choose>confirming finish>succeeded',
  unknown: 'refused>refused verified>confirming finish>succeeded',
  succeeded: '',
  reverted: '',
  failed: '',
  denied: '',
  withdrawn: '',
  expired: '',
  refused: '',
};

describe('the life of a change', () => {
  for (const [name, state] of Object.entries(STATES))
    it(`${name} allows exactly what the table says`, () => {
      const possible = Object.values(EVENTS).flatMap((event) => {
        const moved = transition(state, event);
        return moved.ok ? [`${event.type}>${moved.value.state}`] : [];
      });
      assert.equal(possible.join(' '), TABLE[state.state]);
    });

  it('every impossible pair is a value that names state and event', () => {
    for (const state of Object.values(STATES))
      for (const event of Object.values(EVENTS))
        if (!(event.type in MACHINE[state.state]))
          assert.deepEqual(transition(state, event), {
            ok: false,
            error: { no: 'not-possible', state: state.state, event: event.type },
          });
  });

  it('a final state has no events', () => {
    for (const state of FINAL) assert.deepEqual(MACHINE[state], {});
  });

  it('an unknown outcome never runs again by itself', () => {
    assert.deepEqual(Object.keys(MACHINE.unknown), ['verified', 'finish', 'refused']);
    for (const event of Object.values(EVENTS)) {
      const moved = transition(STATES.unknown, event);
      assert.ok(
        !moved.ok || moved.value.state === 'confirming' || FINAL.includes(moved.value.state),
        event.type,
      );
    }
  });

  it('expiry is read at the vote, to the millisecond', () => {
    const late = { ...EVENTS.vote, vote: { person: ada, plan, at: 100 } } as ChangeEvent; // the vote of the table, later
    assert.deepEqual(transition(STATES.awaiting, late), { ok: false, error: { no: 'expired' } });
  });

  it('expiry is read at the start', () => {
    assert.deepEqual(transition(STATES.approved, { type: 'start', plan, at: 100, keeping: null }), {
      ok: false,
      error: { no: 'expired' },
    });
  });

  it('a vote, a denial and a start name one plan and count for no other', () => {
    for (const event of [
      { type: 'vote', vote: { person: ada, plan: other, at: 1 }, begins },
      { type: 'deny', by: ada, plan: other, at: 1 },
    ] as const)
      assert.deepEqual(transition(STATES.awaiting, event), { ok: false, error: { no: 'plan-changed' } });
    assert.deepEqual(transition(STATES.approved, { type: 'start', plan: other, at: 1, keeping: null }), {
      ok: false,
      error: { no: 'plan-changed' },
    });
  });

  it('a void vote goes, and what was agreed with it alone waits again', () => {
    const voted: State = { ...STATES.approved, votes: [{ person: ada, plan, at: 1 }] } as State; // approved with one vote
    const moved = transition(voted, { type: 'void', person: ada, filled: false });
    assert.deepEqual(moved, { ok: true, value: { ...STATES.awaiting, votes: [] } });
  });

  it('a new plan empties the votes', () => {
    const voted: State = { ...STATES.awaiting, votes: [{ person: ada, plan, at: 1 }] } as State; // awaiting with one vote
    const again = transition(voted, { type: 'replan', until: 200 });
    assert.equal(again.ok && again.value.state, 'planning');
    const planned = transition({ state: 'planning', until: 200 }, {
      ...EVENTS.planned,
      plan: other,
    } as ChangeEvent); // another hash
    assert.deepEqual(planned.ok && 'votes' in planned.value && planned.value.votes, []);
  });
});
