import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openRoom, until } from '../conformance/room.ts';

describe('a card that somebody deleted', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
  });
  afterEach(() => room.close());

  const remove = (): number => {
    const { id } = room.card(1) ?? assert.fail();
    room.telegram.removeMessage(room.group, id);
    return id;
  };

  it('while the bot was away is there again when it comes back, and its buttons count', async () => {
    await room.stopBot();
    const before = remove();
    await room.startBot();
    const { id } = await until('a card to decide on', () =>
      room.telegram
        .messages(room.group)
        .find(({ buttons }) => buttons.flat().some(({ text }) => text === 'Approve')),
    );
    assert.notEqual(id, before);
    assert.match(await room.press('ada', 1, 'Approve'), /It begins now/);
    await room.cardSays(1, /done and verified/);
  });

  it('of a change that is over stays deleted', async () => {
    remove();
    assert.match(await room.ask('omar', '/withdraw 1'), /Withdrawn/);
    await until('the card is given up', () =>
      room.ledger.db.sqlite.prepare('SELECT 1 FROM copies WHERE gone = 1').get(),
    );
    assert.equal(room.card(1), undefined);
  });
});
