import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { queryAudit } from '#db/audit/query';
import { changeById } from '#db/ledger/change-rows';
import { tick } from '#db/ledger/tick';
import { castVote } from '#db/ledger/votes';
import type { Change } from '#policies/change/change';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { ada, omar } from '../../policies/people.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = openStage();
});
afterEach(() => stage.close());

const now = ({ id }: Change): Change => changeById(stage.ledger, id) ?? assert.fail();

/** A change that somebody agreed to; it runs, or waits where another one holds its target. */
const agreed = (vmid: number): Change => {
  const change = stage.ask(omar, vmid);
  const { id, action, target, params } = change;
  stage.tell(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
  const { state } = now(change);
  const plan = 'plan' in state ? state.plan : assert.fail();
  castVote(stage.ledger, stage.authority, {
    change,
    person: ada,
    plan,
    actor: { person: ada.id },
    typed: null,
  });
  return now(change);
};

const finish = ({ id: change }: Change): boolean =>
  stage.tell({
    report: 'finished',
    change,
    outcome: { end: 'succeeded', seen: [], upids: [] },
    head: { seq: 1, hash: '0'.repeat(64) },
  });

it('a change whose plan is lost is planned again, on record, and keeps no other from starting', () => {
  const first = [agreed(101), agreed(102)];
  const [lost, next] = [agreed(101), agreed(102)];
  assert.deepEqual(
    [...first, lost, next].map(({ state }) => state.state),
    ['running', 'running', 'approved', 'approved'],
  );
  const plan = lost.state.state === 'approved' ? lost.state.plan : assert.fail();
  stage.ledger.db.sqlite.prepare('DELETE FROM plans WHERE hash = ?').run(plan);
  for (const change of first) finish(change);
  tick(stage.ledger, stage.authority);
  assert.equal(now(lost).state.state, 'planning');
  assert.equal(now(next).state.state, 'running');
  const [record] = queryAudit(stage.ledger.db, { change: lost.id, kind: 'plan.missing', limit: 9 });
  assert.deepEqual(record?.facts, { plan });
});
