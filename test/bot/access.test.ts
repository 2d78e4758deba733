import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setAccess } from '#db/ledger/access';
import { openRoom } from '../conformance/room.ts';
import { needing } from '../policies/decide/asked.ts';
import { ivan, omar } from '../policies/people.ts';

describe('access that is taken while the bot runs', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());
  const ROOT = { cli: 'root' };

  it('is seen on every card at once, and what the person still tries is refused and recorded by name', async () => {
    room.say('omar', '/stop 101');
    const card = await room.cardSays(1, /waiting for approval/);
    setAccess(room.ledger, { ...omar, disabled: true }, ROOT);
    const after = await room.cardSays(1, /omar had asked for it and has no access any more/);
    assert.deepEqual(after.buttons, []);
    const press = room.telegram.press(room.user('omar'), room.group, card.id, { data: 'x' });
    assert.match(await room.answerTo(press), /Your access is switched off/);
    assert.match(await room.ask('omar', '/status'), /Your access is switched off/);
    const tried = room.audit().filter(({ facts }) => facts['why'] === 'person-disabled');
    assert.deepEqual(
      tried.map(({ actor }) => 'person' in actor && actor.person),
      ['omar', 'omar'],
    );
  });

  it('from somebody who agreed leaves the card asking for one more again', async () => {
    await room.close();
    room = await openRoom({ rules: needing({ count: 2, role: 'admin' }) });
    room.say('omar', '/stop 101');
    await room.cardSays(1, /Approvals ○○ 0\/2/);
    await room.press('ivan', 1, 'Approve');
    await room.cardSays(1, /Approvals ●○ 1\/2/);
    setAccess(room.ledger, { ...ivan, disabled: true }, ROOT);
    await room.cardSays(1, /Approvals ○○ 0\/2/);
  });
});
