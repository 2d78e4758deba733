import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { ruleFile } from '../policies/decide/asked.ts';
import { openRoom } from './room.ts';

const EVERYTHING = { risk: ['low', 'medium', 'high', 'critical'] };

describe('terms of the rules, in a chat', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  const under = async (rule: object, rest: object = {}) => {
    room = await openRoom({ rules: ruleFile([{ id: 'all', match: EVERYTHING, ...rule }], rest) });
  };
  afterEach(() => room.close());
  const stateOf = () => changeByNo(room.ledger, 1)?.state.state;

  it('a reason that the rules want is asked for, and stands on the card before anybody agrees', async () => {
    await under({ need: [{ count: 1, role: 'admin' }], reason: 'required' });
    assert.match(await room.ask('omar', '/stop 101'), /want to know why/);
    assert.match(await room.ask('omar', '/stop 101 reason=""'), /1 to 300 characters/);
    room.say('omar', '/stop 101 reason="the disk <b>is</b> being replaced"');
    const card = await room.cardSays(1, /waiting for approval/);
    assert.match(card.text, /Reason: the disk <b>is<\/b> being replaced/);
  });

  it('a press of Approve is told what to type, and typing it counts', async () => {
    await under({ need: [{ count: 1, role: 'admin' }], confirm: 'type_target' });
    room.say('omar', '/stop 101');
    const card = await room.cardSays(1, /To agree, type \/approve 1 101/);
    const pressed = room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    assert.match(await room.answerTo(pressed), /\/approve 1 and the number or name/);
    room.say('ada', '/approve 1 102');
    await room.told('ada', /\/approve 1 and the number or name/);
    assert.equal(stateOf(), 'awaiting');
    room.say('ada', '/approve 1 101');
    await room.told('ada', /It begins now/);
  });

  it('alone is said on the card, wants the name and a rest, and can be taken back meanwhile', async () => {
    await under({ alone: true, cooldown: '10m' });
    room.say('ada', '/stop 101');
    const card = await room.cardSays(1, /marked in the log for good/);
    assert.deepEqual(
      card.buttons.flat().map(({ text }) => text),
      ['Confirm', 'Details', 'Withdraw'],
    );
    room.say('ivan', '/confirm 1 101');
    await room.told('ivan', /nothing for you to confirm/);
    room.say('ada', '/confirm 1 101');
    await room.told('ada', /Counted. It begins /);
    await room.cardSays(1, /approved[^]*Begins /);
    assert.match(await room.ask('ada', '/withdraw 1'), /Withdrawn/);
    assert.equal(stateOf(), 'withdrawn');
  });

  it('a window that is closed is said on the card while people decide', async () => {
    const opens = new Date(Date.now() + 5 * 3_600_000).toISOString().slice(11, 16);
    const closes = new Date(Date.now() + 6 * 3_600_000).toISOString().slice(11, 16);
    await under(
      { need: [{ count: 1, role: 'admin' }], window: 'later' },
      { zone: 'UTC', windows: { later: { from: opens, until: closes } } },
    );
    room.say('omar', '/stop 101');
    await room.cardSays(1, /Begins /);
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /approved/);
    assert.equal(stateOf(), 'approved');
  });
});
