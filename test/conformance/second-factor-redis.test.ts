import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isEnrolled } from '#db/ledger/factors';
import { bullmqQueue } from '#db/queue/bullmq';
import type { Queue } from '#db/queue/queue';
import { PersonId } from '#policies/ids';
import { noRedis, type RedisServer, startRedis } from '#test/fixture/redis-server';
import { ruleFile } from '../policies/decide/asked.ts';
import { openRoom, until } from './room.ts';
import { nodeIn } from './second-factor-node.ts';

const RULE = {
  id: 'all',
  match: { risk: ['low', 'medium', 'high', 'critical'] },
  need: [{ count: 1, role: 'admin' }],
  second_factor: 'totp',
};

describe('second factor over Redis', { skip: noRedis() }, () => {
  let server: RedisServer;
  let ends: readonly Queue[];
  before(async () => {
    server = await startRedis();
    const parts = { redis: { path: server.socket }, onTrouble: () => undefined, lockDuration: 1000 };
    ends = [bullmqQueue(parts), bullmqQueue(parts)];
  });
  after(async () => {
    await Promise.all(ends.map((end) => end.close()));
    await server.remove();
  });

  it('a code that goes through a broker counts once, and the change runs', async () => {
    const room = await openRoom({ rules: ruleFile([RULE]) });
    const [mine, theirs] = ends;
    assert.ok(mine && theirs);
    await room.stopBot();
    room.carryBy(mine);
    await room.startBot();
    const node = await nodeIn(room, {}, theirs);
    const ada = PersonId.parse('ada');
    try {
      await until('the bot knows who is enrolled', () => isEnrolled(room.ledger, node.journal.address, ada));
      room.say('omar', '/recipe pve1 apt-no-translations');
      await room.cardSays(1, /waiting for approval/);
      await room.press('ada', 1, 'Approve');
      await room.ask('ada', `/code 1 ${node.wrongCode('ada')}`);
      await room.told('ada', /That code is wrong/);
      await room.ask('ada', `/code 1 ${node.code('ada')}`);
      await room.cardSays(1, /done and verified/);
      assert.equal(node.kinds().filter((kind) => kind === 'code.judged').length, 2);
    } finally {
      await node.close();
      await room.close();
    }
  });
});
