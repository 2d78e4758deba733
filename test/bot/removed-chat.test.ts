import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { openRoom, until } from '../conformance/room.ts';

describe('a group that was taken out of the configuration', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());

  it('has cards that are not edited any more, and no press on them counts, also when it is configured again', async () => {
    room.say('omar', '/stop 101');
    const card = await room.cardSays(1, /waiting for approval/);
    await room.restart([]);
    const approve = () => room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    assert.equal(await room.answerTo(approve()), 'I do not listen in this chat. Nothing was done.');
    assert.equal(changeByNo(room.ledger, 1)?.state.state, 'awaiting');
    assert.match(await room.ask('omar', '/withdraw 1'), /Withdrawn/);
    await until('the card is given up', () =>
      room.ledger.db.sqlite.prepare('SELECT 1 FROM copies WHERE gone = 1').get(),
    );
    assert.deepEqual(room.card(1), card);
    await room.restart();
    assert.match(await room.answerTo(approve()), /no longer works/);
    assert.deepEqual(room.card(1), card);
  });
});
