import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { openRoom, until } from '../conformance/room.ts';

describe('a second copy of a card, left where the answer to its post was lost,', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());

  const cards = () =>
    room.telegram.messages(room.group).filter(({ fromBot, text }) => fromBot && text.includes('#1 ·'));

  it('decides nothing when it is pressed, and loses its buttons', async () => {
    // The answer to omar and the card.
    room.telegram.faults.fail5xxAfterAccept('sendMessage', 2);
    room.say('omar', '/stop 101');
    const [leftover] = await until('both copies', () => {
      const all = cards();
      return all.length === 2 && all.every(({ buttons }) => buttons.length > 0) ? all : false;
    });
    const label = leftover?.buttons.flat().at(-1)?.text;
    assert.ok(leftover && label);
    const pressed = room.telegram.press(room.user('omar'), room.group, leftover.id, label);
    assert.match(await room.answerTo(pressed), /no longer works/);
    const cleared = await until(
      'no buttons',
      () =>
        cards().length === 1 &&
        room.telegram
          .messages(room.group)
          .find(({ id, buttons }) => id === leftover.id && buttons.length === 0),
    );
    assert.match(cleared.text, /second copy/);
    await room.cardSays(1, /waiting for approval/);
    assert.equal(changeByNo(room.ledger, 1)?.state.state, 'awaiting');
  });
});
