import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { prune } from '#db/ledger/housekeeping';
import { noticeDone, noticeLater, noticesDue, putNotice } from '#db/ledger/notices';
import { bindAccount } from '#db/ledger/people';
import { noticePosts } from '#db/ledger/schema/chats';
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
  const wanted = () => ({ change: stage.ask(omar).id, notice: 'glass-broken' as const });
  const DAY = 86_400_000;

  it('goes once to each chat, and privately to every account of a person', () => {
    for (const id of ['1', '2'])
      bindAccount(stage.ledger, ada.id, { platform: 'test', tenant: '', id }, { cli: 'test' });
    putNotice(stage.ledger, wanted(), { places: [CHAT, { ...CHAT }], people: [ada.id] });
    assert.deepEqual(
      due().map(({ chat, account, person }) => [chat, account, person]),
      [
        ['ops', '', null],
        ['', '1', 'ada'],
        ['', '2', 'ada'],
      ],
    );
  });

  it('is tried again later, also after a restart; a person is not told any more after a day, a chat is', () => {
    bindAccount(stage.ledger, ada.id, { platform: 'test', tenant: '', id: '1' }, { cli: 'test' });
    putNotice(stage.ledger, wanted(), { places: [CHAT], people: [ada.id] });
    for (const post of due()) noticeLater(stage.ledger, post, stage.ledger.now() + 1000);
    assert.deepEqual(due(), []);
    stage.restart();
    stage.skip(1000);
    assert.deepEqual(
      due().map(({ tries }) => tries),
      [1, 1],
    );
    stage.skip(DAY);
    for (const post of due()) noticeLater(stage.ledger, post, stage.ledger.now());
    assert.deepEqual(
      due().map(({ chat }) => chat),
      ['ops'],
    );
  });

  it('is forgotten a week after it was said everywhere, and not before', () => {
    const left = () => stage.ledger.db.orm.select().from(noticePosts).all().length;
    putNotice(stage.ledger, wanted(), { places: [CHAT, { platform: 'test', chat: 'night' }] });
    const [first, second] = due();
    assert.ok(first && second);
    noticeDone(stage.ledger, first);
    stage.skip(8 * DAY);
    prune(stage.ledger);
    assert.equal(left(), 2);
    noticeDone(stage.ledger, second);
    prune(stage.ledger);
    assert.equal(left(), 0);
  });
});
