import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { Redis } from 'ioredis';
import { bullmqQueue } from '#db/queue/bullmq';
import type { Envelope } from '#db/queue/queue';
import { noRedis, startRedis } from '#test/fixture/redis-server';
import { NODE } from './party.ts';
import { until } from './until.ts';

const message = (n: number): Envelope => ({ id: randomUUID(), from: 'bot', to: NODE, at: 1, body: n });

describe('Redis that goes away', { skip: noRedis(), timeout: 60_000 }, () => {
  test('a kill -9 of Redis loses nothing that was taken, a send meanwhile fails within 3 s, and all goes on afterwards', async () => {
    const redis = await startRedis();
    const troubles: string[] = [];
    const parts = {
      redis: { path: redis.socket },
      onTrouble: (what: string) => void troubles.push(what),
      lockDuration: 1000,
    };
    const queue = bullmqQueue(parts);
    const got: unknown[] = [];
    try {
      for (let n = 1; n <= 50; n += 1) await queue.send(message(n));
      await redis.kill('SIGKILL');
      const asked = performance.now();
      await assert.rejects(queue.send(message(0)));
      assert.ok(performance.now() - asked < 3000);
      await redis.start();
      await queue.receive(NODE, async ({ body }) => void got.push(body));
      await until('50 messages', () => got.length === 50);
      await redis.kill('SIGKILL');
      await redis.start();
      await queue.send(message(51));
      await until('the receiver to be back', () => got.includes(51));
      assert.deepEqual(
        got,
        Array.from({ length: 51 }, (_, index) => index + 1),
      );
      assert.ok(troubles.length < 20, `told ${troubles.length} troubles`);
    } finally {
      await queue.close();
      await redis.remove();
    }
  });

  test('starts without Redis, spends next to no time on waiting for it, and receives when it comes', async () => {
    const redis = await startRedis();
    await redis.kill('SIGTERM');
    const queue = bullmqQueue({ redis: { path: redis.socket }, onTrouble: () => undefined });
    const got: unknown[] = [];
    try {
      const before = process.cpuUsage();
      await queue.receive(NODE, async ({ body }) => void got.push(body));
      const { user, system } = process.cpuUsage(before);
      assert.ok(user + system < 1_000_000, `${user + system} us of CPU in two seconds`);
      await redis.start();
      await queue.send(message(1));
      await until('the message', () => got.length === 1);
    } finally {
      await queue.close();
      await redis.remove();
    }
  });

  test('closes within 10 s while Redis is away', async () => {
    const redis = await startRedis();
    const queue = bullmqQueue({ redis: { path: redis.socket }, onTrouble: () => undefined });
    await queue.receive(NODE, async () => undefined);
    await queue.send(message(1));
    await redis.kill('SIGKILL');
    const asked = performance.now();
    await queue.close();
    assert.ok(performance.now() - asked < 10_000);
    await redis.remove();
  });

  test('a missing permission is named, and a setting that loses messages is told', async () => {
    const redis = await startRedis(['--maxmemory-policy', 'allkeys-lru']);
    const admin = new Redis({ path: redis.socket });
    await admin.acl('SETUSER', 'half', 'on', '>pw', '~bull:quorate.*', '+@all', '-bzpopmin', '-xadd');
    const troubles: string[] = [];
    const queue = bullmqQueue({
      redis: { path: redis.socket, username: 'half', password: 'pw' },
      onTrouble: (what) => void troubles.push(what),
    });
    try {
      const refusal = { name: 'RedisPermission', message: /refuses (bzpopmin, xadd|xadd, bzpopmin)/ };
      await assert.rejects(
        queue.receive(NODE, async () => undefined),
        refusal,
      );
      await assert.rejects(queue.send(message(1)), { name: 'RedisPermission', message: /refuses xadd/ });
      await until('the warning', () => troubles.some((what) => what.includes('noeviction')));
    } finally {
      await queue.close();
      admin.disconnect();
      await redis.remove();
    }
  });

  test('a worker whose user has just the commands of the README receives and answers', async () => {
    const redis = await startRedis();
    const admin = new Redis({ path: redis.socket });
    const commands =
      'auth bzpopmin client|setname del eval evalsha exists get hdel hello hget hgetall hincrby hmget hmset hset incr info lindex llen lpush lrange lrem pttl quit rpoplpush rpush sadd scard set smembers srem xadd xtrim zadd zcard zpopmin zrange zrangebyscore zrem zremrangebyrank zrevrange zrevrangebyscore zscore';
    const keys = ['~bull:quorate.job.home.pve1:*', '~bull:quorate.report:*'];
    await admin.acl(
      'SETUSER',
      'pve1',
      'on',
      '>pw',
      ...keys,
      'resetchannels',
      '-@all',
      ...commands.split(' ').map((name) => `+${name}`),
    );
    const troubles: unknown[] = [];
    const parts = {
      redis: { path: redis.socket },
      onTrouble: (what: string, cause: unknown) => void troubles.push([what, cause]),
    };
    const bot = bullmqQueue(parts);
    const worker = bullmqQueue({ ...parts, redis: { path: redis.socket, username: 'pve1', password: 'pw' } });
    const answers: unknown[] = [];
    try {
      await bot.receive('bot', async ({ body }) => void answers.push(body));
      await worker.receive(NODE, (job) =>
        worker.send({ ...message(7), from: NODE, to: 'bot' }).then(() => void job),
      );
      await bot.send(message(1));
      await until('the answer', () => answers.length === 1);
      await assert.rejects(worker.send({ ...message(1), to: 'node.home.pve2' }), { name: 'RedisPermission' });
      assert.deepEqual(troubles, []);
    } finally {
      await Promise.all([bot.close(), worker.close()]);
      admin.disconnect();
      await redis.remove();
    }
  });
});
