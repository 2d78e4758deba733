import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { queryAudit } from '#db/audit/query';
import { changeById, holderOf } from '#db/ledger/change-rows';
import { putPerson } from '#db/ledger/people';
import { askToLook, settleUnknown } from '#db/ledger/settle';
import { TICKET_VALID } from '#db/ledger/start';
import { SILENT_AFTER, tick } from '#db/ledger/tick';
import { castVote } from '#db/ledger/votes';
import { outbox } from '#db/queue/schema';
import type { Change } from '#policies/change/change';
import type { Person } from '#policies/person';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { ada, ivan, omar } from '../../policies/people.ts';
import { openStage, type Stage } from './stage.ts';

describe('a change whose end nobody knows', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());

  const now = ({ id }: Change): Change => changeById(stage.ledger, id) ?? assert.fail();
  const running = (requester: Person, voter: Person): Change => {
    const change = stage.ask(requester);
    const { id, action, target, params } = change;
    const planned = plannedReport(somePlan({ job: 'plan', change: id, action, target, params }));
    stage.tell(planned);
    const plan = planned.report === 'planned' ? planned.hash : assert.fail();
    castVote(stage.ledger, stage.authority, {
      change,
      person: voter,
      plan,
      actor: { person: voter.id },
      typed: null,
    });
    return change;
  };
  const lost = (requester: Person = omar, voter: Person = ada): Change => {
    const change = running(requester, voter);
    const head = { seq: 1, hash: '0'.repeat(64) };
    stage.tell({ report: 'lost', change: change.id, why: 'answer-lost', head });
    return now(change);
  };
  const say = (change: Change, person: Person) => {
    const settled = settleUnknown(stage.ledger, stage.authority, {
      change,
      end: 'failed',
      person,
      actor: { person: person.id },
    });
    return settled.ok ? 'settled' : settled.error.no;
  };
  const jobs = (kind: string): number =>
    stage.ledger.db.orm
      .select()
      .from(outbox)
      .all()
      .filter(({ body }) => body.includes(`"job":"${kind}"`)).length;

  it('is ended by an admin who looked, with a record, and its target is let go', () => {
    const change = lost();
    assert.equal(holderOf(stage.ledger, 'home/101', null)?.id, change.id);
    assert.equal(say(change, omar), 'role-too-low');
    assert.equal(say(change, ivan), 'settled');
    assert.equal(now(change).state.state, 'failed');
    assert.equal(holderOf(stage.ledger, 'home/101', null), undefined);
    const [record] = queryAudit(stage.ledger.db, { change: change.id, kind: 'change.finish', limit: 1 });
    assert.deepEqual(record?.actor, { person: 'ivan' });
    assert.equal(jobs('settle'), 1);
    assert.equal(say(change, ivan), 'not-possible');
  });

  it('is not ended by whoever asked for it, unless there is no other admin', () => {
    const change = lost(ada, ivan);
    assert.equal(say(change, ada), 'own-end');
    putPerson(stage.ledger, { ...ivan, disabled: true }, { cli: 'test' });
    assert.equal(say(change, ada), 'settled');
  });

  it('is not ended by anybody while its silent worker may still begin it', () => {
    const change = running(omar, ada);
    stage.skip(SILENT_AFTER + 1);
    tick(stage.ledger, stage.authority);
    assert.equal(say(now(change), ivan), 'may-still-begin');
    stage.skip(TICKET_VALID);
    assert.equal(say(now(change), ivan), 'settled');
  });

  it('is looked at again when somebody asks for it, and so is one that runs, but none that ended', () => {
    const change = lost();
    const who = { person: ada, actor: { person: ada.id } };
    assert.equal(askToLook(stage.ledger, change, who).ok, true);
    say(change, ivan);
    assert.equal(askToLook(stage.ledger, change, who).ok, false);
    assert.equal(jobs('reconcile'), 1);
    assert.equal(queryAudit(stage.ledger.db, { kind: 'look.asked', limit: 9 }).length, 1);
  });
});
