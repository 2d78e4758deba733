import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { openRoom, until } from './room.ts';

describe('/freeze', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());
  const stateOf = (no: number) => changeByNo(room.ledger, no)?.state.state;
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run').length;
  const freeze = (rest = '') => room.ask('ada', `/freeze 2h ${rest} reason="storage is broken"`);

  it('stops what is asked for and what was agreed to, says who called it and why, and /thaw lets go', async () => {
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
    assert.match(await freeze(), /Frozen: every site/);
    assert.match(await room.ask('vera', '/status'), /Frozen by ada: storage is broken/);
    assert.match(await room.ask('omar', '/stop 102'), /Freeze \/freeze \(ada\) says no: storage is broken/);
    await room.press('ada', 1, 'Approve');
    assert.deepEqual([stateOf(1), runs()], ['approved', 0]);
    room.skip(5000);
    await room.cardSays(1, /approved/);
    assert.deepEqual([stateOf(1), runs()], ['approved', 0]);
    assert.match(await room.ask('ivan', '/thaw'), /No longer frozen/);
    await until('the start', () => runs() === 1);
    const kinds = room.audit().map(({ kind }) => kind);
    assert.ok(kinds.includes('freeze.called') && kinds.includes('freeze.lifted'));
  });

  it('ends by itself', async () => {
    await freeze();
    room.skip(2 * 3_600_000);
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
  });

  it('of another site stops nothing here', async () => {
    assert.match(await freeze('farm'), /Frozen: farm/);
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
    assert.match(await room.ask('ada', '/thaw'), /Nothing was frozen by hand: every site/);
    assert.match(await room.ask('ada', '/thaw farm'), /No longer frozen by hand: farm/);
  });

  it('is for admins, wants a reason and a time that ends', async () => {
    assert.match(await room.ask('omar', '/freeze 2h reason="x"'), /You are operator/);
    assert.match(await room.ask('ada', '/freeze 2h'), /a reason is missing/);
    assert.match(await room.ask('ada', '/freeze 60d reason="x"'), /at most 31d/);
    assert.match(await room.ask('ada', '/freeze soon reason="x"'), /a time such as 30m/);
    assert.match(await room.ask('omar', '/thaw'), /You are operator/);
  });
});
