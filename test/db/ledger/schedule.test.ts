import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { queryAudit } from '#db/audit/query';
import { changeById } from '#db/ledger/change-rows';
import { tick } from '#db/ledger/tick';
import { castVote } from '#db/ledger/votes';
import type { Change } from '#policies/change/change';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { ruleFile } from '../../policies/decide/asked.ts';
import { ada, omar } from '../../policies/people.ts';
import { runsAfter, ticketOf } from './life.ts';
import { openStage } from './stage.ts';

const HOUR = 3_600_000;
const EVERYTHING = { risk: ['low', 'medium', 'high', 'critical'] };
const ONE_ADMIN = { need: [{ count: 1, role: 'admin' }] };

/** The clock of these tests stands at 2026-09-21 14:13:20 UTC, a Monday. */
const under = (rule: object) =>
  ruleFile([{ id: 'all', match: EVERYTHING, ...rule }], {
    zone: 'UTC',
    windows: { early: { from: '03:00', until: '04:00' } },
  });

describe('at the time that a change was agreed to for', () => {
  let stage: ReturnType<typeof openStage>;
  let change: Change;
  const state = () => changeById(stage.ledger, change.id)?.state ?? assert.fail();
  const agree = () => {
    const { state: name, ...rest } = state();
    const plan = 'plan' in rest ? rest.plan : assert.fail(name);
    const ballot = { change, person: ada, plan, actor: { person: ada.id }, typed: null };
    assert.ok(castVote(stage.ledger, stage.authority, ballot).ok);
  };
  beforeEach(() => {
    stage = openStage();
    stage.rule(under(ONE_ADMIN));
    change = stage.ask(omar, 101, 'guest.stop', stage.ledger.now() + 8 * HOUR);
    const { id, action, target, params } = change;
    stage.tell(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
    agree();
    assert.equal(state().state, 'approved');
  });
  afterEach(() => stage.close());
  const timeComes = () => {
    stage.skip(8 * HOUR);
    tick(stage.ledger, stage.authority);
  };
  const refusal = () => {
    const now = state();
    return now.state === 'refused' ? now.refusal.no : now.state;
  };

  it('it begins, with a ticket that is worth nothing after the grace', () => {
    const at = stage.ledger.now() + 8 * HOUR;
    stage.skip(8 * HOUR - 1);
    tick(stage.ledger, stage.authority);
    assert.equal(state().state, 'approved');
    stage.skip(1 + 14 * 60_000);
    tick(stage.ledger, stage.authority);
    const [run] = runsAfter(stage, 0);
    assert.equal(run && ticketOf(stage, run).expires, at + 15 * 60_000);
  });

  it('a rule that has come to say no ends it', () => {
    stage.rule(ruleFile([{ id: 'never', match: EVERYTHING, deny: 'not any more' }]));
    timeComes();
    assert.equal(refusal(), 'denied');
  });

  it('a window that is closed then, by rules that came since, ends it', () => {
    stage.rule(under({ ...ONE_ADMIN, window: 'early' }));
    timeComes();
    assert.equal(refusal(), 'closed-then');
  });

  it('a rest that reaches beyond it, by rules that came since, ends it', () => {
    stage.rule(under({ ...ONE_ADMIN, cooldown: '9h' }));
    timeComes();
    assert.equal(refusal(), 'rests-beyond');
  });

  it('a vote that is too old by rules that came since is asked for again', () => {
    stage.rule(under({ ...ONE_ADMIN, vote_valid_for: '7h', expires: '2h' }));
    timeComes();
    assert.equal(refusal(), 'planning');
    assert.equal(runsAfter(stage, 0).length, 0);
  });

  it('more people, by rules that came since, are asked for again', () => {
    stage.rule(under({ need: [{ count: 2, role: 'admin' }] }));
    timeComes();
    assert.equal(refusal(), 'planning');
  });

  it('nothing that happened has moved its time, which stands in the record of how it was opened', () => {
    timeComes();
    const now = changeById(stage.ledger, change.id);
    assert.equal(now?.runAt, change.runAt);
    const [opened] = queryAudit(stage.ledger.db, { change: change.id, kind: 'change.opened', limit: 1 });
    assert.equal(opened?.facts['runAt'], change.runAt);
  });
});
