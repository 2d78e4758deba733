import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { queryAudit } from '#db/audit/query';
import { changeById } from '#db/ledger/change-rows';
import { tick } from '#db/ledger/tick';
import { castVote } from '#db/ledger/votes';
import type { Change } from '#policies/change/change';
import type { PlanHash } from '#policies/ids';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { ada, omar } from '../../policies/people.ts';
import { openStage, type Stage } from './stage.ts';

describe('the start of what was agreed to', () => {
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
  /** A change about a guest that was planned and agreed to. */
  const agreed = (vmid: number): Change => {
    const change = stage.ask(omar, vmid);
    const { id, action, target, params } = change;
    stage.tell(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
    const plan = planOf(change);
    castVote(stage.ledger, stage.authority, { change, person: ada, plan, actor: { person: ada.id } });
    return change;
  };
  const end = (change: Change): boolean =>
    stage.tell({
      report: 'finished',
      change: change.id,
      outcome: { end: 'succeeded', seen: [], upids: [] },
      head: { seq: 1, hash: 'head' },
    });

  it('of one whose plan is gone is refused on record, and every other one begins', () => {
    const [holder, otherHolder] = [agreed(101), agreed(102)];
    const [broken, sound] = [agreed(101), agreed(102)];
    assert.deepEqual(
      [broken, sound].map((change) => now(change).state.state),
      ['approved', 'approved'],
    );
    stage.ledger.db.sqlite.prepare('DELETE FROM plans WHERE hash = ?').run(planOf(broken));
    end(holder);
    end(otherHolder);
    tick(stage.ledger, stage.authority);
    assert.equal(now(sound).state.state, 'running');
    assert.deepEqual(now(broken).state, { state: 'refused', refusal: { no: 'no-such-plan' } });
    const records = queryAudit(stage.ledger.db, { change: broken.id, kind: 'change.refused', limit: 5 });
    assert.equal(records.length, 1);
  });
});
