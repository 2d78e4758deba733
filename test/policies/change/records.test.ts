import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ActionName } from '#policies/actions';
import { Change } from '#policies/change/change';
import { namesTarget } from '#policies/change/names-target';
import { KeepBy, NEVER_TAKEN_BACK, Revert } from '#policies/change/revert';
import { State } from '#policies/change/state';
import { Need, Vote } from '#policies/change/vote';
import { DecisionRefusal } from '#policies/decide/refusal';
import { Target } from '#policies/target';

const plan = 'a'.repeat(64);
const votes = [{ person: 'ada', plan, at: 1 }];
const needs = [
  { count: 2, role: 'admin' },
  { count: 1, group: 'net' },
];
const revert = { after: 60_000, keepBy: 'anyone_who_may_approve' };
const asked = {
  plan,
  votes,
  needs,
  voteValidFor: 1000,
  confirm: true,
  secondFactor: true,
  alone: true,
  from: 1,
  revert,
};
const keeping = { keepBy: 'requester', needs };
const chosen = { choice: 'keep', by: 'ada', at: 9 };
const outcome = { end: 'succeeded', seen: [], upids: ['UPID:x'] };
const failed = { ...outcome, end: 'failed', step: 0, failure: { failure: 'not-seen' } };

const STATES = [
  { state: 'planning', until: 5 },
  { state: 'awaiting', ...asked, until: 5 },
  { state: 'approved', ...asked, since: 1, until: 5 },
  { state: 'running', plan, votes, keeping, step: 1, upid: 'UPID:x', since: 1 },
  { state: 'confirming', plan, votes, keeping, seen: [], until: 5, chosen },
  { state: 'confirming', plan, votes, keeping, seen: [], until: 5, chosen: { ...chosen, choice: 'revert' } },
  { state: 'unknown', plan, votes, keeping, why: 'answer-lost', since: 1 },
  { state: 'succeeded', plan, votes, outcome, chosen },
  { state: 'reverted', plan, votes, outcome: { ...failed, end: 'reverted' } },
  { state: 'failed', plan, votes, outcome: failed },
  { state: 'denied', plan, votes, by: 'ada' },
  { state: 'withdrawn', by: 'ada', disabled: true },
  { state: 'withdrawn', by: 'ada', next: 43 },
  { state: 'expired', was: 'planning' },
  { state: 'expired', was: 'awaiting' },
  { state: 'expired', was: 'approved' },
  { state: 'expired', was: 'approved', asked: { plan, votes, needs } },
  { state: 'refused', refusal: { no: 'nothing-to-do' } },
  { state: 'refused', refusal: { no: 'no-rule' } },
];

const REFUSALS = [
  { no: 'role-too-low', role: 'viewer', needs: 'operator' },
  { no: 'not-in-group', group: 'net' },
  { no: 'requester-disabled' },
  { no: 'out-of-scope' },
  { no: 'no-rule' },
  { no: 'only-tags', rules: ['lab'] },
  { no: 'denied', rule: 'never', text: 'not these' },
  { no: 'frozen', freeze: 'xmas', text: 'quiet', until: 5 },
  { no: 'fact-unknown', rule: 'lab' },
  { no: 'read-only' },
  { no: 'reason-required' },
  { no: 'not-named', action: 'guest.destroy' },
  { no: 'never-opens', windows: ['night'] },
  { no: 'closed-then', at: 1, windows: ['night'], opens: 2 },
  { no: 'rests-beyond', at: 1, cooldown: 2 },
  { no: 'votes-too-old', at: 1, holds: 2 },
  { no: 'impossible-quorum', needs },
  { no: 'no-node-for-code' },
  { no: 'cannot-be-taken-back', steps: [0] },
  { no: 'nobody-may-keep' },
  { no: 'keeps-drifting', times: 3 },
  { no: 'drifted' },
];

const CHANGE = {
  id: 'abcdefghijklmnop2345',
  no: 42,
  version: 3,
  action: 'guest.stop',
  target: { kind: 'guest', site: 'home', vmid: 101 },
  params: { timeout: 60 },
  requester: 'omar',
  chat: { platform: 'console', id: 'c1' },
  worker: 'home/pve1',
  rules: 'b'.repeat(64),
  undoes: null,
  reason: 'it hangs',
  runAt: 7,
  glass: [
    { plan, by: 'ada', reason: 'fire', at: 1, due: 9, review: null },
    { plan, by: 'ada', reason: 'smoke', at: 2, due: 9, review: { by: 'ivan', text: 'right', at: 3 } },
  ],
  openedAt: 1,
  changedAt: 2,
  state: STATES[0],
};

describe('What the ledger keeps is read as it was written:', () => {
  for (const state of STATES)
    it(`a change that is ${JSON.stringify(state).slice(1, 40)}`, () =>
      assert.deepEqual(State.parse(state), state));

  for (const refusal of REFUSALS)
    it(`the no ${refusal.no}`, () => assert.deepEqual(DecisionRefusal.parse(refusal), refusal));

  it('a change with who asked for it, where, why, and each time the glass was broken', () => {
    assert.deepEqual(Change.parse(CHANGE), CHANGE);
    const nobody = { ...CHANGE, reason: null, runAt: null, undoes: CHANGE.id };
    assert.deepEqual(Change.parse(nobody), nobody);
  });

  it('a vote with its person, its plan and its time', () => {
    for (const vote of votes) assert.deepEqual(Vote.parse(vote), vote);
  });
});

describe('What was written before a thing was known', () => {
  const without = <T extends object>(record: T, ...keys: readonly string[]) =>
    Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));

  it('asked for no code and nothing to be kept, and no glass was broken', () => {
    for (const state of STATES.filter(({ state: name }) => ['awaiting', 'approved'].includes(name)))
      assert.deepEqual(State.parse(without(state, 'secondFactor', 'revert')), {
        ...state,
        secondFactor: false,
        revert: null,
      });
    for (const state of STATES.filter(({ state: name }) => ['running', 'unknown'].includes(name)))
      assert.deepEqual(State.parse(without(state, 'keeping')), { ...state, keeping: null });
    assert.deepEqual(Change.parse(without(CHANGE, 'glass')), { ...CHANGE, glass: [] });
  });
});

describe('What is no record is refused', () => {
  it('whatever state, no or person it names that there is not', () => {
    for (const state of [
      { state: 'running' },
      { state: 'paused', until: 5 },
      { state: 'expired', was: 'running' },
      { state: 'withdrawn', by: 'ada', disabled: false },
      { ...STATES[4], chosen: { ...chosen, choice: 'wait' } },
    ])
      assert.equal(State.safeParse(state).success, false, JSON.stringify(state));
    assert.equal(DecisionRefusal.safeParse({ no: 'perhaps' }).success, false);
  });

  it('a need of nobody, of more than twenty, or of a role and a group at once', () => {
    for (const count of [1, 20]) {
      assert.ok(Need.safeParse({ count, role: 'admin' }).success);
      assert.ok(Need.safeParse({ count, group: 'net' }).success);
    }
    for (const wrong of [
      { count: 0, role: 'admin' },
      { count: 21, role: 'admin' },
      { count: 0, group: 'net' },
      { count: 21, group: 'net' },
      { count: 1.5, group: 'net' },
      { count: 1, role: 'admin', group: 'net' },
    ])
      assert.equal(Need.safeParse(wrong).success, false, JSON.stringify(wrong));
    const [issue] = Need.safeParse({ count: 1 }).error?.issues ?? [];
    assert.equal(issue?.message, '{ count: 1 to 20, role: operator } or { count: 1 to 20, group: net }');
  });

  it('a revert after no time, or kept by somebody else than the two that there are', () => {
    assert.deepEqual(Revert.parse(revert), revert);
    for (const after of [0, -1, 0.5]) assert.equal(Revert.safeParse({ ...revert, after }).success, false);
    assert.deepEqual(KeepBy.options, ['requester', 'anyone_who_may_approve']);
    assert.equal(Revert.safeParse({ ...revert, keepBy: 'anybody' }).success, false);
  });
});

describe('What is never taken back', () => {
  it('are actions of the catalogue, and among them what is gone and what happened once', () => {
    for (const action of NEVER_TAKEN_BACK) assert.ok(ActionName.safeParse(action).success, action);
    for (const action of ['guest.destroy', 'snapshot.delete', 'guest.reboot', 'rules.change'] as const)
      assert.ok(NEVER_TAKEN_BACK.includes(action), action);
    assert.ok(!NEVER_TAKEN_BACK.includes('guest.stop'), 'a guest that was stopped can be started');
  });
});

describe('Who types the name of a target', () => {
  it('may type the number of a guest or the name that its plan knows, and nothing near it', () => {
    const guest = Target.parse({ kind: 'guest', site: 'home', vmid: 101 });
    const typed = ['101', 'web', '10', 'Web', 'web ', ''].map((text) => namesTarget(text, guest, 'web'));
    assert.deepEqual(typed, [true, true, false, false, false, false]);
    const node = Target.parse({ kind: 'node', site: 'home', node: 'pve1' });
    assert.ok(namesTarget('pve1', node, 'pve1') && !namesTarget('pve2', node, 'pve1'));
  });
});
