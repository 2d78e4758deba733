import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { prune } from '#db/ledger/housekeeping';
import { NOTICE_KEEP, noticeDone, noticeLater, noticesDue, tellPeople, tellPlaces } from '#db/ledger/notices';
import { bindAccount } from '#db/ledger/people';
import { notices } from '#db/ledger/schema';
import { ada, omar } from '../../policies/people.ts';
import { openStage, type Stage } from './stage.ts';

const CHAT = { platform: 'test', chat: 'ops' };

describe('what is said once', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());
  const due = () => noticesDue(stage.ledger, 'test');
  const wanted = () => ({ change: stage.ask(omar).id, kind: 'glass-broken' as const });

  it('goes once to each chat, and privately to every account of a person', () => {
    tellPlaces(stage.ledger, wanted(), [CHAT, { ...CHAT }]);
    for (const id of ['1', '2'])
      bindAccount(stage.ledger, ada.id, { platform: 'test', tenant: '', id }, { cli: 'test' });
    tellPeople(stage.ledger, wanted(), [ada.id]);
    assert.deepEqual(
      due().map(({ chat, account, person }) => [chat, account, person]),
      [
        ['ops', null, null],
        [null, '1', 'ada'],
        [null, '2', 'ada'],
      ],
    );
  });

  it('is tried again later, also after a restart, and given up after a day', () => {
    tellPlaces(stage.ledger, wanted(), [CHAT]);
    const [notice] = due();
    assert.ok(notice);
    noticeLater(stage.ledger, notice, stage.ledger.now() + 1000);
    assert.deepEqual(due(), []);
    stage.restart();
    stage.skip(1000);
    assert.equal(due()[0]?.tries, 1);
    stage.skip(NOTICE_KEEP);
    noticeLater(stage.ledger, notice, stage.ledger.now());
    assert.deepEqual(due(), []);
  });

  it('is forgotten a week after it was said, and not before it is said', () => {
    tellPlaces(stage.ledger, wanted(), [CHAT, { platform: 'test', chat: 'night' }]);
    const [notice] = due();
    assert.ok(notice);
    noticeDone(stage.ledger, notice);
    stage.skip(8 * NOTICE_KEEP);
    prune(stage.ledger);
    const left = stage.ledger.db.orm.select().from(notices).all();
    assert.deepEqual(
      left.map(({ chat }) => chat),
      ['night'],
    );
  });
});
