import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { ruleFile } from '../policies/decide/asked.ts';
import { openRoom } from './room.ts';

const RULES = ruleFile([
  { id: 'stops', match: { action: ['guest.stop'] }, need: [{ count: 1, role: 'operator' }], expires: '10m' },
  { id: 'one-admin', match: { vmid: [101] }, need: [{ count: 1, role: 'admin' }], confirm: 'type_target' },
  { id: 'never-100', match: { vmid: [100] }, deny: 'the firewall' },
]);

describe('/why', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  afterEach(() => room.close());

  it('tells in one card which rules asked for what, who filled which slot, and who cannot and why', async () => {
    room = await openRoom({ rules: RULES });
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
    room.say('ada', '/approve 1 101');
    await room.cardSays(1, /Agreed: ada/);
    const card = await room.ask('vera', '/why 1');
    assert.match(card, /Rule stops asks for: 1 operator, to be answered within 10 minutes/);
    assert.match(card, /Rule one-admin asks for: 1 admin, target's name typed: yes/);
    assert.doesNotMatch(card, /never-100/);
    assert.match(card, /✓ 1 (admin|operator): ada/);
    assert.match(card, /○ 1 operator: still open/);
    assert.match(card, /omar cannot: asked for it/);
    assert.match(card, /vera cannot: is viewer, which fills no place here/);
  });

  it('tells what would be refused by now, and of a change at its end who agreed and who said no', async () => {
    room = await openRoom({ rules: RULES });
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
    await room.ask('ada', '/freeze 1h reason="storage is broken"');
    assert.match(await room.ask('vera', '/why 1'), /At this moment it would be refused: .*storage is broken/);
    room.say('ada', '/approve 1 101');
    await room.cardSays(1, /Agreed: ada/);
    room.say('ivan', '/deny 1');
    await room.cardSays(1, /denied/);
    const card = await room.ask('vera', '/why 1');
    assert.match(card, /Agreed: ada/);
    assert.match(card, /Denied by ivan/);
    assert.doesNotMatch(card, /would be refused/);
  });
});
