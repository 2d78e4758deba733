import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeById } from '#db/ledger/change-rows';
import { SILENT_AFTER, tick } from '#db/ledger/tick';
import { castVote, confirmAlone } from '#db/ledger/votes';
import type { Change } from '#policies/change/change';
import { Inventory } from '#policies/inventory';
import type { Person } from '#policies/person';
import { plannedReport, someInventory, somePlan } from '../../fake/worker.ts';
import { ruleFile } from '../../policies/decide/asked.ts';
import { ada, omar } from '../../policies/people.ts';
import { runsAfter, ticketOf } from './life.ts';
import { openStage } from './stage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** One rule for everything; the clock of these tests stands at 2026-09-21 14:13:20 UTC, a Monday. */
const under = (rule: object) =>
  ruleFile([{ id: 'all', match: { risk: ['low', 'medium', 'high', 'critical'] }, ...rule }], {
    zone: 'UTC',
    windows: { night: { from: '22:00', until: '23:00', finish_by: '23:30' } },
  });

describe('the terms of the rules', () => {
  let stage: ReturnType<typeof openStage>;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());

  const now = (change: Change): Change => changeById(stage.ledger, change.id) ?? assert.fail();
  const stateOf = (change: Change) => now(change).state.state;
  const runs = () => runsAfter(stage, 0).length;
  const asked = (requester: Person = omar): Change => {
    const change = stage.ask(requester);
    const { id, action, target, params } = change;
    stage.tell(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
    return change;
  };
  const ballot = (change: Change, person: Person, typed: string | null) => {
    const { state } = now(change);
    const plan = 'plan' in state ? state.plan : assert.fail();
    return { change, person, plan, actor: { person: person.id }, typed };
  };
  const agree = (change: Change, person: Person, typed: string | null = null) =>
    castVote(stage.ledger, stage.authority, ballot(change, person, typed));
  const later = (ms: number): void => {
    stage.skip(ms);
    // The worker is heard of, or a run would be called lost.
    stage.tell({ report: 'inventory', inventory: Inventory.parse(someInventory(stage.ledger.now())) });
    tick(stage.ledger, stage.authority);
  };
  const why = (result: ReturnType<typeof agree>) => (result.ok ? 'counted' : result.error.no);

  it('a change that was agreed to rests for its cooldown, and can be taken back meanwhile', () => {
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], cooldown: '5m' }));
    const change = asked();
    assert.equal(why(agree(change, ada)), 'counted');
    later(5 * MINUTE - 1);
    assert.deepEqual([stateOf(change), runs()], ['approved', 0]);
    later(1);
    assert.deepEqual([stateOf(change), runs()], ['running', 1]);
  });

  it('a change that begins while its worker is silent is lost when that goes on, not in the same moment', () => {
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], cooldown: '5m' }));
    const change = asked();
    agree(change, ada);
    const silently = (ms: number): void => {
      stage.skip(ms);
      tick(stage.ledger, stage.authority);
    };
    silently(5 * MINUTE);
    assert.deepEqual([stateOf(change), runs()], ['running', 1]);
    silently(SILENT_AFTER);
    assert.equal(stateOf(change), 'running');
    silently(1);
    assert.equal(stateOf(change), 'unknown');
  });

  it('it begins when its window opens, not before, and is not expired by then', () => {
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], window: 'night', expires: '10m' }));
    const change = asked();
    agree(change, ada);
    const state = now(change).state;
    const opens = Date.parse('2026-09-21T22:00Z');
    assert.ok(state.state === 'approved' && state.from === opens && state.until === opens + 10 * MINUTE);
    later(opens - 1 - stage.ledger.now());
    assert.deepEqual([stateOf(change), runs()], ['approved', 0]);
    later(1);
    assert.deepEqual([stateOf(change), runs()], ['running', 1]);
    const [run] = runsAfter(stage, 0);
    const ticket = run && ticketOf(stage, run);
    assert.ok(ticket && ticket.expires <= opens + HOUR && ticket.finishBy === opens + 1.5 * HOUR);
  });

  it('a window that closes before it could begin ends it', () => {
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], window: 'night', expires: '2h' }));
    const [one, two] = [asked(), asked()];
    agree(one, ada);
    agree(two, ada);
    later(Date.parse('2026-09-21T22:30Z') - stage.ledger.now());
    assert.deepEqual([stateOf(one), stateOf(two), runs()], ['running', 'approved', 1]);
    later(HOUR / 2);
    assert.deepEqual([stateOf(two), runs()], ['expired', 1]);
  });

  it('a window that the rules asked for since holds too', () => {
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], cooldown: '1m' }));
    const change = asked();
    agree(change, ada);
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], window: 'night' }));
    later(MINUTE);
    assert.deepEqual([stateOf(change), runs()], ['approved', 0]);
  });

  it('votes that grew stale before the window opened are asked for again', () => {
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], window: 'night', vote_valid_for: '1h' }));
    const change = asked();
    agree(change, ada);
    later(Date.parse('2026-09-21T22:00Z') - stage.ledger.now());
    assert.deepEqual([stateOf(change), runs()], ['planning', 0]);
  });

  it('windows that are never open together are a no before anybody is asked', () => {
    const never = ruleFile(
      [
        { id: 'a', match: { risk: ['high'] }, need: [], window: 'monday' },
        { id: 'b', match: { action: ['guest.stop'] }, need: [], window: 'tuesday' },
      ],
      {
        zone: 'UTC',
        windows: {
          monday: { days: ['mon'], from: '01:00', until: '02:00' },
          tuesday: { days: ['tue'], from: '01:00', until: '02:00' },
        },
      },
    );
    stage.rule(never);
    const { state } = now(asked());
    assert.deepEqual(state.state === 'refused' && state.refusal, {
      no: 'never-opens',
      windows: ['monday', 'tuesday'],
    });
  });

  it('where the rules want the target typed, a press or another name counts nothing, its number or name counts', () => {
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], confirm: 'type_target' }));
    const change = asked();
    assert.equal(why(agree(change, ada)), 'type-target');
    assert.equal(why(agree(change, ada, '102')), 'type-target');
    assert.equal(why(agree(change, ada, '1010')), 'type-target');
    assert.equal(runs(), 0);
    assert.equal(why(agree(change, ada, '101')), 'counted');
    assert.equal(runs(), 1);
  });

  it('a vote that typed nothing does not count under rules that came to want it', () => {
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], cooldown: '1m' }));
    const change = asked();
    agree(change, ada);
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], confirm: 'type_target' }));
    later(MINUTE);
    assert.deepEqual([stateOf(change), runs()], ['planning', 0]);
  });

  it('alone: whoever asked types the target after they saw the plan, it rests, and nobody else can confirm it', () => {
    stage.rule(under({ alone: true, cooldown: '2m' }));
    const change = asked(ada);
    const confirm = (person: Person, typed: string | null) =>
      confirmAlone(stage.ledger, stage.authority, ballot(change, person, typed));
    assert.equal(stateOf(change), 'awaiting');
    assert.equal(why(confirm(omar, '101')), 'nothing-to-confirm');
    assert.equal(why(confirm(ada, null)), 'type-target');
    assert.equal(why(agree(change, ada, '101')), 'own-request');
    assert.equal(why(confirm(ada, '101')), 'counted');
    assert.equal(runs(), 0);
    later(2 * MINUTE);
    assert.equal(runs(), 1);
    const state = now(change).state;
    assert.deepEqual('votes' in state && state.votes, []);
  });

  it('nobody confirms alone what others have to agree to', () => {
    stage.rule(under({ need: [{ count: 1, role: 'admin' }], confirm: 'type_target' }));
    const change = asked();
    const refused = confirmAlone(stage.ledger, stage.authority, ballot(change, omar, '101'));
    assert.equal(why(refused), 'nothing-to-confirm');
    assert.equal(runs(), 0);
  });
});
