import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { queryAudit } from '#db/audit/query';
import { changeById, holderOf } from '#db/ledger/change-rows';
import { copyAt } from '#db/ledger/copies';
import { inventoryReader } from '#db/ledger/inventory';
import { takeReport } from '#db/ledger/reports';
import { SILENT_AFTER, SILENT_WHILE_REBOOTING, tick } from '#db/ledger/tick';
import { TICKET_VALID } from '#db/ledger/ticket-for';
import { castVote } from '#db/ledger/votes';
import { workerFor } from '#db/ledger/workers';
import type { ActionName } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { NodeName, SiteId } from '#policies/ids';
import type { Json } from '#policies/json';
import type { Plan } from '#policies/plan';
import { HostTarget } from '#policies/target';
import { plannedReport, someInventory, somePlan } from '../../fake/worker.ts';
import { needing } from '../../policies/decide/asked.ts';
import { ada, ivan, omar } from '../../policies/people.ts';
import { openStage, type Stage, WORKER } from './stage.ts';

const home = SiteId.parse('home');
const pve1 = NodeName.parse('pve1');
const HEAD = { seq: 1, hash: '0'.repeat(64) };

describe('reports in the ledger', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());

  const now = ({ id }: Change): Change => changeById(stage.ledger, id) ?? assert.fail();
  const planFor = ({ id, action, target, params }: Change, more: Partial<Plan> = {}): Plan =>
    somePlan({ job: 'plan', change: id, action, target, params }, more);
  const started = (action: ActionName = 'guest.stop', by = omar): Change => {
    const change = stage.ask(by, 101, action);
    stage.tell(plannedReport(planFor(change)));
    const { state } = now(change);
    const plan = 'plan' in state ? state.plan : assert.fail();
    castVote(stage.ledger, stage.authority, {
      change,
      person: ada,
      plan,
      actor: { person: ada.id },
      typed: null,
    });
    assert.equal(now(change).state.state, 'running');
    return change;
  };
  const late = (): readonly Json[] =>
    queryAudit(stage.ledger.db, { kind: 'report.late', limit: 10 }).map(({ facts }) => facts['why'] ?? null);

  it('that a step has begun is drawn on every card, and the number of its task on none', () => {
    const change = started();
    const wanted = (): number =>
      copyAt(stage.ledger, change.id, { platform: 'test', chat: 'ops' })?.wanted ?? 0;
    const progress = (step: number, upid: string | null): number => {
      stage.tell({ report: 'progress', change: change.id, step, upid });
      return wanted();
    };
    const begun = wanted();
    assert.equal(progress(0, null), begun);
    assert.equal(progress(0, 'UPID:pve1:1'), begun);
    const second = progress(1, null);
    assert.ok(second > begun);
    assert.equal(progress(1, 'UPID:pve1:2'), second);
    const { state } = now(change);
    assert.deepEqual(state.state === 'running' && [state.step, state.upid], [1, 'UPID:pve1:2']);
  });

  it('a plan of another action, target or parameters, or with a lower risk, than was asked for is never shown to anybody', () => {
    const change = stage.ask(omar);
    const other = HostTarget.parse({ kind: 'guest', site: 'home', vmid: 102 });
    for (const lie of [
      { action: 'guest.destroy' as const },
      { target: other },
      { params: { purge: true } },
      { risk: 'low' as const },
    ])
      stage.tell(plannedReport(planFor(change, lie)));
    assert.equal(now(change).state.state, 'planning');
    assert.equal(late().length, 4);
    stage.tell(plannedReport(planFor(change)));
    assert.equal(now(change).state.state, 'awaiting');
  });

  it('a worker cannot take the place of another, nor tell of a site that is not its own', () => {
    const from = 'node.lab.x1';
    const claim = { report: 'hello' as const, site: home, node: pve1, simulated: false, canAct: true };
    stage.tell({ ...claim, address: from, recipes: [] }, from);
    stage.tell({ ...claim, address: WORKER, recipes: [] }, from);
    assert.equal(workerFor(stage.ledger, home, pve1)?.address, WORKER);
    assert.equal(workerFor(stage.ledger, home, pve1)?.simulated, 1);
    stage.skip(1000);
    const inventory = someInventory(stage.ledger.now(), { guests: { known: true, value: [] } });
    stage.tell({ report: 'inventory', inventory }, from);
    const kept = inventoryReader(stage.ledger)()[0]?.guests;
    assert.ok(kept?.known && kept.value.length > 0);
    assert.deepEqual(late(), ['not its site', 'not its address', 'not its address']);
  });

  it('a message that is no report is recorded and dropped, so that it holds up nothing behind it', () => {
    const { ledger, authority } = stage;
    const devices = { length: { valueOf: 1, toString: 1 } };
    const effects = [{ kind: 'network', path: { peer: '', devices } }];
    const hostile: Json = { report: 'planned', plan: { effects } };
    for (const [id, body] of Object.entries<Json>({ future: { report: 'from-the-future' }, hostile })) {
      const letter = { id, from: WORKER, to: 'bot', at: 1, body };
      assert.equal(takeReport(ledger, authority, letter), true);
      assert.equal(takeReport(ledger, authority, letter), false);
    }
    assert.deepEqual(late(), ['not a report', 'not a report']);
  });

  it('a change whose worker fell silent ends, and lets its target go, when the worker says that it never began', () => {
    for (const [answer, end] of [
      ['refused', 'refused'],
      ['stale', 'refused'],
    ] as const) {
      const change = started();
      const { state } = now(change);
      const hash = 'plan' in state ? state.plan : assert.fail();
      stage.skip(SILENT_AFTER + TICKET_VALID);
      tick(stage.ledger, stage.authority);
      assert.equal(now(change).state.state, 'unknown');
      if (answer === 'stale') stage.tell({ report: 'stale', change: change.id, hash, drift: [] });
      else {
        const refusal = { no: 'ticket' as const, why: 'expired' as const };
        stage.tell({ report: 'refused', change: change.id, refusal });
      }
      assert.equal(now(change).state.state, end);
      assert.equal(holderOf(stage.ledger, 'home/101', null), undefined);
    }
  });

  it('a worker that goes with the node it reboots is waited for until that may be up again', () => {
    const change = started('node.reboot', ivan);
    const silentFor = (ms: number): string => {
      stage.skip(ms);
      tick(stage.ledger, stage.authority);
      return now(change).state.state;
    };
    assert.equal(silentFor(SILENT_WHILE_REBOOTING), 'running');
    assert.equal(silentFor(1), 'unknown');
  });

  it('a change whose plans are stale three times in a row ends and says so, even where nobody has to agree', () => {
    stage.rule(needing());
    const change = stage.ask(omar);
    for (let times = 1; now(change).state.state === 'planning'; times += 1) {
      assert.ok(times <= 3, 'it is planned again for ever');
      stage.tell(plannedReport(planFor(change)));
      const { state } = now(change);
      const hash = state.state === 'running' ? state.plan : assert.fail(state.state);
      stage.tell({ report: 'stale', change: change.id, hash, drift: [] });
    }
    assert.deepEqual(now(change).state, {
      state: 'refused',
      refusal: { no: 'keeps-drifting', times: 3 },
    });
  });

  it('half of a surrogate pair in what a worker tells blocks neither the change nor its record', () => {
    const change = started();
    const failure = { failure: 'host' as const, message: 'half \ud800 of a pair' };
    const outcome = { end: 'failed' as const, step: 0, failure, seen: [], upids: [] };
    stage.tell({ report: 'finished', change: change.id, outcome, head: HEAD });
    assert.equal(now(change).state.state, 'failed');
  });
});
