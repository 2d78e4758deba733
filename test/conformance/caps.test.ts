import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { changeByNo, countOpen } from '#db/ledger/change-rows';
import { ruleFile } from '../policies/decide/asked.ts';
import { openRoom, until } from './room.ts';

const EVERYTHING = { risk: ['low', 'medium', 'high', 'critical'] };
const ONE_ADMIN = { id: 'all', match: EVERYTHING, need: [{ count: 1, role: 'admin' }] };

describe('caps', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  const under = async (caps: object) => {
    room = await openRoom({ rules: ruleFile([ONE_ADMIN], { caps }) });
  };
  afterEach(() => room.close());
  const opened = async (no: number) => {
    await until(`change ${no}`, () => changeByNo(room.ledger, no));
    await room.cardSays(no, /waiting for approval/);
  };

  it('on open requests of one person say what to do, and are not reset by a restart', async () => {
    await under({ open_per_person: 2 });
    room.say('omar', '/stop 100');
    room.say('omar', '/stop 101');
    await opened(2);
    assert.match(await room.ask('omar', '/stop 102'), /You have 2 requests that wait[^]*\/withdraw/);
    await room.restart();
    assert.match(await room.ask('omar', '/stop 102'), /You have 2 requests that wait/);
    assert.match(await room.ask('ada', '/stop 102'), /Change #3/);
    await room.ask('omar', '/withdraw 1');
    assert.match(await room.ask('omar', '/stop 103'), /Change #4/);
  });

  it('leave room for asking anew, which takes the place of an open one', async () => {
    await under({ open_per_person: 1, open: 1 });
    room.say('omar', '/stop 101');
    await opened(1);
    assert.match(await room.ask('omar', '/stop 101 at=+2h'), /takes the place of #1/);
    assert.equal(countOpen(room.ledger), 1);
  });

  it('on all open requests hold for everybody', async () => {
    await under({ open: 2 });
    room.say('omar', '/stop 100');
    room.say('omar', '/stop 101');
    await opened(2);
    assert.match(await room.ask('ada', '/stop 102'), /2 requests wait to begin, and more are not taken/);
    await room.press('ada', 1, 'Deny');
    assert.match(await room.ask('ada', '/stop 102'), /Change #3/);
  });

  it('on requests within a minute end with the minute, and reading never counts', async () => {
    await under({ per_minute: 2 });
    for (const line of ['/status', '/guests', '/changes', '/whoami']) await room.ask('omar', line);
    room.say('omar', '/stop 100');
    await opened(1);
    await room.ask('omar', '/withdraw 1');
    room.say('omar', '/stop 101');
    await opened(2);
    assert.match(await room.ask('omar', '/stop 102'), /asked for 2 changes within a minute/);
    assert.match(await room.ask('omar', '/status'), /home/);
    room.skip(60_000);
    assert.match(await room.ask('omar', '/stop 102'), /Change #3/);
  });

  it('are 5 for one person where the file says nothing, and each sixth request of an hour is said on its card', async () => {
    await under({});
    for (const no of [1, 2, 3, 4, 5]) {
      room.say('omar', `/stop 100 reason="try ${no}"`);
      await opened(no);
      await room.ask('omar', `/withdraw ${no}`);
    }
    assert.doesNotMatch((await room.cardSays(5, /withdrawn/)).text, /within an hour/);
    room.say('omar', '/stop 101');
    await room.cardSays(6, /has asked for 6 changes within an hour/);
    for (const [no, vmid] of [100, 102, 103].entries()) {
      room.skip(30_000);
      room.say('omar', `/stop ${vmid}`);
      await opened(7 + no);
    }
    room.say('omar', '/reboot 100');
    await opened(10);
    assert.match(await room.ask('omar', '/reboot 102'), /You have 5 requests that wait/);
  });
});
