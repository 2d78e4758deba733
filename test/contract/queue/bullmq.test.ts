import { bullmqQueue } from '#db/queue/bullmq';
import { noRedis, type RedisServer, startRedis } from '#test/fixture/redis-server';
import { queueContract } from './contract.ts';

let server: RedisServer | undefined;

queueContract({
  name: 'bullmq',
  skip: noRedis(),
  prepare: async () => {
    server = await startRedis();
    return server.socket;
  },
  ends: async (path) => {
    const parts = { redis: { path }, onTrouble: () => undefined, lockDuration: 1000 };
    return { sender: bullmqQueue(parts), receiver: bullmqQueue(parts) };
  },
  release: async () => server?.remove(),
});
