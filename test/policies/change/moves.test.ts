import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChangeEvent } from '#policies/change/event';
import { FINAL, MACHINE, transition } from '#policies/change/machine';
import type { State } from '#policies/change/state';
import { PersonId, PlanHash } from '#policies/ids';
import type { Outcome } from '#policies/outcome';

const plan = PlanHash.parse('a'.repeat(64));
const other = PlanHash.parse('b'.repeat(64));
const [ada, ivan] = [PersonId.parse('ada'), PersonId.parse('ivan')];
const vote = (person: PersonId, at = 1) => ({ person, plan, at });
const votes = [vote(ada), vote(ivan)];

const terms = {
  needs: [{ count: 2, role: 'admin' as const }],
  voteValidFor: 1000,
  confirm: true,
  secondFactor: true,
  alone: true,
  revert: { after: 60, keepBy: 'requester' as const },
};
const begins = { since: 5, from: 10, until: 90 };
const keeping = { keepBy: 'requester' as const, needs: terms.needs };
const outcome: Outcome = {
  end: 'failed',
  step: 0,
  failure: { failure: 'not-seen' },
  seen: [],
  upids: ['UPID:x'],
};

const awaiting = { state: 'awaiting' as const, plan, votes, ...terms, from: 10, until: 100 };
const approved = { state: 'approved' as const, plan, votes, ...terms, ...begins };
const running = { state: 'running' as const, plan, votes, keeping, step: 0, upid: null, since: 20 };
const unknown = { state: 'unknown' as const, plan, votes, keeping, why: 'answer-lost' as const, since: 30 };
const confirming = {
  state: 'confirming' as const,
  plan,
  votes,
  keeping,
  seen: [],
  until: 100,
  chosen: null,
};

const becomes = (state: State, event: ChangeEvent, value: State) =>
  assert.deepEqual(transition(state, event), { ok: true, value });
const isRefused = (state: State, event: ChangeEvent, no: string) => {
  const moved = transition(state, event);
  assert.equal(moved.ok ? moved.value.state : moved.error.no, no);
};

describe('A plan that was made', () => {
  const planned = { type: 'planned' as const, plan, ...terms, until: 100, begins };
  const free = { ...planned, needs: [], confirm: false, secondFactor: false };
  const planning: State = { state: 'planning', until: 50 };

  it('waits for people under the terms of the rules, none of which gets lost', () => {
    becomes(planning, planned, { ...awaiting, votes: [] });
  });

  it('is agreed to at once only where nobody votes, nobody confirms and nobody proves who they are', () => {
    const value = { ...approved, needs: [], confirm: false, secondFactor: false, votes: [] };
    becomes(planning, free, value);
    for (const more of [{ needs: terms.needs }, { confirm: true }, { secondFactor: true }]) {
      const moved = transition(planning, { ...free, ...more });
      assert.equal(moved.ok && moved.value.state, 'awaiting', JSON.stringify(more));
    }
  });
});

describe('What waits for people', () => {
  it('counts the last vote of each, and is agreed to when the votes are enough', () => {
    const again = { type: 'vote' as const, vote: vote(ada, 7), begins: null };
    becomes(awaiting, again, { ...awaiting, votes: [vote(ivan), vote(ada, 7)] });
    becomes(awaiting, { ...again, begins }, { ...approved, votes: [vote(ivan), vote(ada, 7)] });
  });

  it('keeps the votes there are when somebody confirms it or breaks the glass', () => {
    const event = { by: ada, plan, at: 99, begins };
    becomes(awaiting, { type: 'confirm', ...event }, approved);
    becomes(awaiting, { type: 'break-glass', ...event, reason: 'fire', due: 200 }, approved);
  });

  it('is told apart by its plan and its time, to the millisecond, whoever says what', () => {
    const says = (on: PlanHash, at: number): readonly ChangeEvent[] => [
      { type: 'vote', vote: { person: ada, plan: on, at }, begins },
      { type: 'confirm', by: ada, plan: on, at, begins },
      { type: 'break-glass', by: ada, plan: on, at, begins, reason: 'fire', due: 200 },
      { type: 'deny', by: ada, plan: on, at },
    ];
    for (const event of says(other, 99)) isRefused(awaiting, event, 'plan-changed');
    for (const event of says(plan, 100)) isRefused(awaiting, event, 'expired');
    for (const event of says(plan, 99)) assert.ok(transition(awaiting, event).ok, event.type);
  });

  it('is over once its time is, and says what it was', () => {
    const tick = (at: number): ChangeEvent => ({ type: 'tick', at });
    for (const state of [awaiting, { ...approved, until: 100 }, { state: 'planning' as const, until: 100 }]) {
      becomes(state, tick(99), state);
      const asked =
        'plan' in state ? { asked: { plan: state.plan, votes: state.votes, needs: state.needs } } : {};
      becomes(state, tick(100), { state: 'expired', was: state.state, ...asked });
    }
  });
});

describe('What ends before it began', () => {
  it('keeps who ended it and why', () => {
    for (const state of [awaiting, approved]) {
      becomes(state, { type: 'withdraw', by: ada }, { state: 'withdrawn', by: ada });
      becomes(state, { type: 'supersede', by: ada, next: 43 }, { state: 'withdrawn', by: ada, next: 43 });
      becomes(state, { type: 'orphan', of: ada }, { state: 'withdrawn', by: ada, disabled: true });
      becomes(state, { type: 'deny', by: ada, plan, at: 1 }, { state: 'denied', plan, votes, by: ada });
      becomes(state, { type: 'replan', until: 70 }, { state: 'planning', until: 70 });
    }
    const refusal = { no: 'nothing-to-do' as const };
    becomes(approved, { type: 'refused', refusal }, { state: 'refused', refusal });
  });

  it('loses the vote of somebody without access, and waits again where it was not enough without it', () => {
    const gone = (filled: boolean): ChangeEvent => ({ type: 'void', person: ada, filled });
    becomes(approved, gone(true), { ...approved, votes: [vote(ivan)] });
    const { since: _, ...rest } = begins;
    becomes(approved, gone(false), { ...awaiting, ...rest, votes: [vote(ivan)] });
    becomes(awaiting, gone(true), { ...awaiting, votes: [vote(ivan)] });
  });

  it('stays as it is when somebody loses access who had not voted', () => {
    const stranger: ChangeEvent = { type: 'void', person: PersonId.parse('tom'), filled: false };
    becomes(approved, stranger, approved);
    becomes(awaiting, stranger, awaiting);
  });
});

describe('What was agreed to', () => {
  const start = (at: number, of = plan): ChangeEvent => ({ type: 'start', plan: of, at, keeping });

  it('starts from its first moment on and not at its last, with what it was agreed on', () => {
    isRefused(approved, start(9), 'too-early');
    becomes(approved, start(10), { ...running, since: 10 });
    becomes(approved, start(89), { ...running, since: 89 });
    isRefused(approved, start(90), 'expired');
    isRefused(approved, start(20, other), 'plan-changed');
  });
});

describe('What runs', () => {
  it('says at which step it is, and goes back to planning only for its own plan', () => {
    becomes(running, { type: 'progress', step: 2, upid: 'UPID:x' }, { ...running, step: 2, upid: 'UPID:x' });
    becomes(running, { type: 'stale', plan, until: 70 }, { state: 'planning', until: 70 });
    isRefused(running, { type: 'stale', plan: other, until: 70 }, 'plan-changed');
  });

  it('is unknown where its worker is lost, and stays bound to its plan, its votes and who may keep it', () => {
    const lose: ChangeEvent = { type: 'lose', why: 'answer-lost', at: 30 };
    becomes(running, lose, unknown);
    becomes(confirming, lose, unknown);
  });

  it('waits to be kept where the rules want that, and otherwise has nothing to wait for', () => {
    const verified: ChangeEvent = { type: 'verified', seen: [], until: 100 };
    const seen = [{ probe: { probe: 'guest-gone' as const }, ok: true, saw: 'no guest 101' }];
    becomes(running, { ...verified, seen }, { ...confirming, seen });
    becomes(running, verified, confirming);
    becomes(unknown, verified, confirming);
    for (const state of [running, unknown])
      assert.deepEqual(transition({ ...state, keeping: null }, verified), {
        ok: false,
        error: { no: 'not-possible', state: state.state, event: 'verified' },
      });
  });

  it('ends as its worker says, with when it had begun where it ran to its end, and what a person had said of it', () => {
    const finish: ChangeEvent = { type: 'finish', outcome };
    const ended = { state: 'failed' as const, plan, votes, outcome };
    becomes(running, finish, { ...ended, began: 20 });
    becomes(unknown, finish, ended);
    becomes(confirming, finish, ended);
    const chosen = { choice: 'keep' as const, by: ada, at: 40 };
    becomes(confirming, { type: 'choose', plan, chosen }, { ...confirming, chosen });
    becomes({ ...confirming, chosen }, finish, { ...ended, chosen });
  });
});

describe('A state is final', () => {
  it('exactly where nothing leads out of it', () => {
    const without = Object.entries(MACHINE).flatMap(([name, row]) =>
      Object.keys(row).length === 0 ? [name] : [],
    );
    assert.deepEqual([...FINAL].toSorted(), without.toSorted());
  });
});
