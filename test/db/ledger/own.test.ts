import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { queryAudit } from '#db/audit/query';
import { changeById, planByHash } from '#db/ledger/change-rows';
import { openChange } from '#db/ledger/changes';
import { callFreeze, liftFreezes } from '#db/ledger/freezes';
import { LEDGER } from '#db/ledger/own/own';
import { planOwn } from '#db/ledger/own/plan-own';
import { keepRules } from '#db/ledger/rule-sets';
import { rulesNow } from '#db/ledger/rules-in-force';
import { seeRules } from '#db/ledger/rules-seen';
import { tick } from '#db/ledger/tick';
import { castVote } from '#db/ledger/votes';
import { outbox } from '#db/queue/schema';
import type { Change } from '#policies/change/change';
import { SiteId } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Rules } from '#policies/rules/schema';
import { ruleFile } from '../../policies/decide/asked.ts';
import { ada, ivan, omar } from '../../policies/people.ts';
import { openStage, type Stage } from './stage.ts';

const EVERYTHING = { risk: ['low', 'medium', 'high', 'critical'] };
const LOOSE = ruleFile([{ id: 'all', match: EVERYTHING, need: [] }]);

describe('a change of Quorate itself', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());
  const now = (change: Change): Change => changeById(stage.ledger, change.id) ?? change;
  const edit = (rules: Rules): string => {
    const digest = keepRules(stage.ledger, rules);
    seeRules(stage.ledger, { digest, complaints: [] });
    return digest;
  };
  const ask = (digest: string, requester: Person = ada): Change => {
    const opening = {
      action: 'rules.change' as const,
      target: { kind: 'rules' as const },
      params: { digest },
      requester: requester.id,
      chat: { platform: 'test', chat: 'ops' },
      worker: LEDGER,
      rules: stage.authority.digest,
      undoes: null,
      reason: null,
      watchers: [{ platform: 'test', chat: 'ops' }],
    };
    const change = openChange(stage.ledger, opening, { person: requester.id });
    planOwn(stage.ledger, stage.authority, change.id);
    return now(change);
  };
  const agree = (change: Change, person: Person) => {
    const { state } = now(change);
    assert.ok('plan' in state);
    const actor = { person: person.id };
    return castVote(stage.ledger, stage.authority, { change, person, plan: state.plan, actor, typed: null });
  };
  const moves = (change: Change) =>
    queryAudit(stage.ledger.db, { change: change.id, limit: 50 })
      .map(({ kind }) => kind)
      .toReversed();
  const isWaiting = (change: Change) => assert.equal(now(change).state.state, 'awaiting');

  it('is planned, agreed to and carried out in the ledger, and no worker hears of it', () => {
    const digest = edit(LOOSE);
    const change = ask(digest);
    isWaiting(change);
    agree(change, ivan);
    isWaiting(change);
    agree(change, omar);
    assert.equal(now(change).state.state, 'succeeded');
    assert.equal(stage.authority.digest, digest);
    assert.deepEqual(moves(change), [
      'change.opened',
      'change.planned',
      'change.vote',
      'change.vote',
      'change.start',
      'change.finish',
    ]);
    assert.equal(stage.ledger.db.orm.select().from(outbox).all().length, 0);
    assert.deepEqual(queryAudit(stage.ledger.db, { kind: 'rules.in-force', limit: 1 })[0]?.actor, {
      person: 'ada',
    });
  });

  it('has a plan with a hash of its own that names both sides', () => {
    const before = stage.authority.digest;
    const digest = edit(LOOSE);
    const { state } = ask(digest);
    assert.ok('plan' in state);
    const [effect] = planByHash(stage.ledger, state.plan)?.effects ?? [];
    assert.ok(effect?.kind === 'rules' && effect.effect.rows.length > 0);
    assert.deepEqual([effect.before, effect.after], [before, digest]);
  });

  it('goes back to planning as stale where what it relied on is different at the start, and its votes are void', () => {
    const digest = edit(LOOSE);
    const change = ask(digest);
    agree(change, ivan);
    stage.rule(ruleFile([{ id: 'all', match: EVERYTHING, need: [{ count: 1, role: 'operator' }] }]));
    agree(change, omar);
    assert.equal(now(change).state.state, 'planning');
    assert.ok(moves(change).includes('change.stale'));
    tick(stage.ledger, stage.authority);
    const { state } = now(change);
    assert.ok(state.state === 'awaiting' && state.votes.length === 0);
    assert.notEqual(rulesNow(stage.ledger)?.digest, digest);
  });

  it('ends where the file says something else by then: nobody agreed to that', () => {
    const change = ask(edit(LOOSE));
    agree(change, ivan);
    edit(ruleFile([]));
    agree(change, omar);
    tick(stage.ledger, stage.authority);
    assert.deepEqual(now(change).state, { state: 'refused', refusal: { no: 'not-waiting' } });
  });

  it('is held by a freeze of everything, and not by that of a site', () => {
    const change = ask(edit(LOOSE));
    const called = { reason: 'x', until: stage.ledger.now() + 60_000, by: ada.id };
    const site = SiteId.parse('home');
    callFreeze(stage.ledger, { ...called, site: null }, { cli: 'test' });
    callFreeze(stage.ledger, { ...called, site }, { cli: 'test' });
    agree(change, ivan);
    agree(change, omar);
    assert.equal(now(change).state.state, 'approved');
    liftFreezes(stage.ledger, null, { cli: 'test' });
    tick(stage.ledger, stage.authority);
    assert.equal(now(change).state.state, 'succeeded');
  });

  it('is not moved by what a worker reports, even one that calls itself the ledger', () => {
    const change = ask(edit(LOOSE));
    const called = { reason: 'x', until: stage.ledger.now() + 60_000, by: ada.id };
    callFreeze(stage.ledger, { ...called, site: null }, { cli: 'test' });
    agree(change, ivan);
    agree(change, omar);
    stage.tell({ report: 'refused', change: change.id, refusal: { no: 'nothing-to-do' } }, LEDGER);
    assert.equal(now(change).state.state, 'approved');
  });

  it('whoever asked fills no place', () => {
    const change = ask(edit(LOOSE));
    const own = agree(change, ada);
    assert.ok(!own.ok && own.error.no === 'own-request');
  });
});
