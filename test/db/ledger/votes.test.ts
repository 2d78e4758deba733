import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeById } from '#db/ledger/change-rows';
import { putPerson } from '#db/ledger/people';
import { tick } from '#db/ledger/tick';
import { castDenial, castVote } from '#db/ledger/votes';
import type { Change } from '#policies/change/change';
import type { PlanHash } from '#policies/ids';
import type { Person } from '#policies/person';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { needing } from '../../policies/decide/asked.ts';
import { ada, EVERYBODY, ivan, omar, somebody, vera } from '../../policies/people.ts';
import { runsAfter, ticketOf } from './life.ts';
import { openStage, type Stage } from './stage.ts';

describe('votes in the ledger', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());

  const now = ({ id }: Change): Change => changeById(stage.ledger, id) ?? assert.fail();
  const planOf = (change: Change): PlanHash => {
    const { state } = now(change);
    return 'plan' in state ? state.plan : assert.fail(`no plan while ${state.state}`);
  };
  const plan = (change: Change): void => {
    const { id, action, target, params } = change;
    stage.tell(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
  };
  const asked = (requester: Person = omar): Change => {
    const change = stage.ask(requester);
    plan(change);
    return change;
  };
  const vote = (change: Change, person: Person, hash = planOf(change)) =>
    castVote(stage.ledger, stage.authority, {
      change,
      person,
      plan: hash,
      actor: { person: person.id },
      typed: null,
    });
  const deny = (change: Change, person: Person) =>
    castDenial(stage.ledger, { change, person, plan: planOf(change), actor: { person: person.id } });
  const why = (result: ReturnType<typeof vote>) => (result.ok ? 'counted' : result.error.no);
  const runs = () => runsAfter(stage, 0).length;

  it('the requester fills no slot; one person fills at most one; a person with two accounts is one person', () => {
    stage.rule(needing({ count: 2, role: 'admin' }));
    const change = asked();
    assert.equal(why(vote(change, omar)), 'own-request');
    assert.equal(why(vote(change, ada)), 'counted');
    assert.equal(why(vote(change, ada)), 'already-voted');
    assert.equal(now(change).state.state, 'awaiting');
    assert.equal(runs(), 0);
  });

  it('a vote for plan N counts nothing for plan N+1', () => {
    const change = asked();
    const first = planOf(change);
    assert.equal(why(vote(change, ada)), 'counted');
    stage.tell({ report: 'stale', change: change.id, hash: first, drift: [] });
    plan(change);
    assert.notEqual(planOf(change), first);
    assert.deepEqual(now(change).state.state, 'awaiting');
    assert.equal(why(vote(change, ivan, first)), 'plan-changed');
    assert.equal(runs(), 1);
  });

  it('expiry, role, rules, window and freeze are read again at the vote and at the start', () => {
    const blocking = asked();
    vote(blocking, ada);
    const waiting = asked();
    assert.equal(why(vote(waiting, ada)), 'counted');
    assert.equal(now(waiting).state.state, 'approved', 'it waits for its target');
    putPerson(stage.ledger, { ...ada, role: 'viewer' }, { cli: 'test' });
    const { id } = blocking;
    const head = { seq: 1, hash: '0'.repeat(64) };
    stage.tell({ report: 'finished', change: id, outcome: { end: 'succeeded', seen: [], upids: [] }, head });
    tick(stage.ledger, stage.authority);
    assert.equal(now(waiting).state.state, 'planning', 'the vote of somebody demoted does not start it');
    plan(waiting);
    stage.skip(31 * 60_000);
    assert.equal(why(vote(waiting, ivan)), 'expired');
    assert.equal(runs(), 1);
  });

  it('stricter rules of now stop what was approved under the rules of then', () => {
    const blocking = asked();
    vote(blocking, ada);
    const waiting = asked();
    vote(waiting, ada);
    stage.rule(needing({ count: 2, role: 'admin' }));
    const head = { seq: 1, hash: '0'.repeat(64) };
    const outcome = { end: 'succeeded' as const, seen: [], upids: [] };
    stage.tell({ report: 'finished', change: blocking.id, outcome, head });
    tick(stage.ledger, stage.authority);
    assert.equal(now(waiting).state.state, 'planning');
    assert.equal(runs(), 1);
  });

  it('rules that were loosened after the request are asked for at the vote too, so that it can be agreed to', () => {
    stage.rule(needing({ count: 2, role: 'admin' }));
    const change = stage.ask(omar);
    stage.rule(needing({ count: 1, role: 'operator' }));
    plan(change);
    assert.equal(why(vote(change, ada)), 'counted');
    assert.equal(now(change).state.state, 'awaiting', 'the rules of then want two');
    assert.equal(why(vote(change, ivan)), 'counted');
    assert.equal(now(change).state.state, 'running');
  });

  it('a change whose requester was switched off in the meantime is not started', () => {
    const change = asked();
    putPerson(stage.ledger, { ...omar, disabled: true }, { cli: 'test' });
    vote(change, ada);
    assert.equal(now(change).state.state, 'refused');
    assert.equal(runs(), 0);
  });

  it('only somebody who could agree may say no, also after it was approved', () => {
    const blocking = asked();
    vote(blocking, ada);
    const waiting = asked();
    vote(waiting, ada);
    assert.equal(now(waiting).state.state, 'approved');
    assert.equal(why(deny(waiting, vera)), 'fits-no-slot');
    assert.equal(why(deny(waiting, omar)), 'own-request');
    assert.equal(why(deny(waiting, ivan)), 'counted');
    assert.equal(now(waiting).state.state, 'denied');
  });

  it('a vote of somebody who was switched off counts for nothing', () => {
    const change = asked();
    assert.equal(why(vote(change, { ...ada, disabled: true })), 'person-disabled');
  });

  it('a ticket names nobody who was demoted after the vote and fills no place any more', () => {
    stage.close();
    stage = openStage([...EVERYBODY, somebody('eva', 'admin')], needing({ count: 2, role: 'admin' }));
    const change = asked();
    assert.equal(why(vote(change, ada)), 'counted');
    putPerson(stage.ledger, { ...ada, role: 'viewer' }, { cli: 'test' });
    assert.equal(why(vote(change, ivan)), 'counted');
    assert.equal(why(vote(change, somebody('eva', 'admin'))), 'counted');
    const [run] = runsAfter(stage, 0);
    assert.deepEqual(
      run &&
        ticketOf(stage, run)
          .votes.map((one) => one.person)
          .sort(),
      ['eva', 'ivan'],
    );
  });

  it('a slot for a group is filled by its members only', () => {
    stage.close();
    const net = somebody('tom', 'viewer', { groups: ['net'] });
    stage = openStage([...EVERYBODY, net], needing({ count: 1, group: 'net' }));
    const change = asked();
    assert.equal(why(vote(change, ada)), 'fits-no-slot');
    assert.equal(why(vote(change, net)), 'counted');
    assert.equal(runs(), 1);
  });
});
