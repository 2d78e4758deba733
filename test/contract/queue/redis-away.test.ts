import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { bullmqQueue } from '#db/queue/bullmq';
import type { Envelope } from '#db/queue/queue';
import { LAUNCHER } from '#test/fixture/launcher';
import { noRedis, startRedis } from '#test/fixture/redis-server';
import { NODE } from './party.ts';
import { until } from './until.ts';

const message = (n: number): Envelope => ({ id: randomUUID(), from: 'bot', to: NODE, at: 1, body: n });

describe('Redis that goes away', { skip: noRedis(), timeout: 150_000 }, () => {
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
    try {
      await queue.receive(NODE, async () => undefined);
      await queue.send(message(1));
      await redis.kill('SIGKILL');
      const asked = performance.now();
      await queue.close();
      assert.ok(performance.now() - asked < 10_000);
    } finally {
      await queue.close();
      await redis.remove();
    }
  });

  test('closes within 10 s while Redis is there and says nothing, also when it never began to receive', async () => {
    const redis = await startRedis();
    const parts = { redis: { path: redis.socket }, onTrouble: () => undefined };
    const begun = bullmqQueue(parts);
    const late = bullmqQueue(parts);
    try {
      await begun.receive(NODE, async () => undefined);
      await begun.send(message(1));
      redis.signal('SIGSTOP');
      await late.receive('bot', async () => undefined);
      await assert.rejects(begun.send(message(2)), /took longer than/);
      const asked = performance.now();
      await Promise.all([begun.close(), late.close()]);
      assert.ok(performance.now() - asked < 10_000);
    } finally {
      redis.signal('SIGCONT');
      await redis.remove();
    }
  });

  test('a process ends by itself although a message in hand outlives the close', async () => {
    const redis = await startRedis();
    const code = `
      import { setTimeout as sleep } from 'node:timers/promises';
      import { bullmqQueue } from '#db/queue/bullmq';
      const queue = bullmqQueue({ redis: { path: ${JSON.stringify(redis.socket)} }, onTrouble: () => undefined });
      const taken = new Promise((resolve) => queue.receive('${NODE}', () => (resolve(), sleep(5000))));
      await queue.send(${JSON.stringify(message(1))});
      await taken;
      await queue.close();`;
    const child = spawn(LAUNCHER, ['--input-type=module', '-e', code], { stdio: 'inherit' });
    try {
      const ended = once(child, 'exit');
      const deadline = AbortSignal.timeout(20_000);
      deadline.addEventListener('abort', () => child.kill('SIGKILL'));
      assert.deepEqual(await ended, [0, null]);
    } finally {
      child.kill('SIGKILL');
      await redis.remove();
    }
  });

  test('a queue that saw Redis die while it was opened sends once Redis is back', async () => {
    const redis = await startRedis();
    const path = `${redis.socket}.cut`;
    let cut = false;
    let cuts = 0;
    const open = new Set<Socket>();
    const between = createServer((client) => {
      if (cut) return void client.destroy();
      const server = connect(redis.socket);
      for (const end of [client, server]) {
        open.add(end);
        end.on('error', () => undefined).on('close', () => open.delete(end)); // cut on purpose
      }
      server.pipe(client);
      let checked = false;
      client.on('data', (bytes) => {
        checked ||= bytes.includes('self-check') && bytes.includes('del');
        // The bare INFO after the check of permissions is BullMQ's first look.
        if (checked && cuts === 0 && bytes.includes('$4\r\ninfo\r\n')) {
          cuts += 1;
          cut = true;
          for (const end of open) end.destroy();
        } else server.write(bytes);
      });
    });
    await new Promise<void>((resolve) => between.listen(path, resolve));
    const queue = bullmqQueue({ redis: { path }, onTrouble: () => undefined });
    try {
      await assert.rejects(queue.send(message(1)));
      assert.equal(cuts, 1);
      cut = false;
      const sent = () =>
        queue.send(message(2)).then(
          () => true,
          () => false,
        );
      let done = false;
      for (let tries = 0; tries < 5 && !done; tries += 1) done = await sent();
      assert.ok(done);
    } finally {
      await queue.close();
      for (const end of open) end.destroy();
      between.close();
      await redis.remove();
    }
  });

  test('a Redis that refuses to write is asked again in peace, and receiving goes on when it writes again', async () => {
    const redis = await startRedis();
    const admin = new Redis({ path: redis.socket });
    const troubles: string[] = [];
    const queue = bullmqQueue({
      redis: { path: redis.socket },
      onTrouble: (what, cause) => void troubles.push(`${what}: ${String(cause)}`),
      lockDuration: 1000,
    });
    const got: unknown[] = [];
    try {
      await queue.receive(NODE, async ({ body }) => void got.push(body));
      await queue.send(message(1));
      await until('the first message', () => got.length === 1);
      await admin.config('SET', 'min-replicas-to-write', '1');
      await until('the refusal', () => troubles.some((text) => text.includes('NOREPLICAS')));
      const before = process.cpuUsage();
      await sleep(2000);
      const { user, system } = process.cpuUsage(before);
      assert.ok(user + system < 1_000_000, `${user + system} us of CPU in two seconds`);
      assert.ok(troubles.length < 20, `told ${troubles.length} troubles`);
      await admin.config('SET', 'min-replicas-to-write', '0');
      await queue.send(message(2));
      await until('the second message', () => got.length === 2);
    } finally {
      await queue.close();
      admin.disconnect();
      await redis.remove();
    }
  });

  test('sends that fail while Redis is away leave no listener behind', async () => {
    const redis = await startRedis();
    await redis.kill('SIGKILL');
    const warnings: string[] = [];
    const warned = (warning: Error) => void warnings.push(warning.name);
    process.on('warning', warned);
    const queue = bullmqQueue({ redis: { path: redis.socket }, onTrouble: () => undefined });
    try {
      for (let round = 0; round < 4; round += 1)
        await Promise.allSettled(Array.from({ length: 4 }, (_, n) => queue.send(message(n))));
      assert.deepEqual(warnings, []);
    } finally {
      process.off('warning', warned);
      await queue.close();
      await redis.remove();
    }
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
