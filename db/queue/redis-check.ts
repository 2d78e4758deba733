import type { Redis } from 'ioredis';

/** What a queue is used for; a bot or worker needs other commands for each. */
export type Use = 'send' | 'receive';

type Command = readonly [name: string, ...args: string[]];

// Every key is a string by then, so the commands of other types answer WRONGTYPE and change nothing; Redis checks the
// permission before the type. Commands of BullMQ 6.7, from INFO commandstats of a run.
const SHARED: readonly Command[] = [
  ['exists', 'KEY'],
  ['get', 'KEY'],
  ['hget', 'KEY', 'f'],
  ['hgetall', 'KEY'],
  ['hmget', 'KEY', 'f'],
  ['hmset', 'KEY', 'f', 'v'],
  ['hset', 'KEY', 'f', 'v'],
  ['llen', 'KEY'],
  ['lrem', 'KEY', '1', 'v'],
  ['smembers', 'KEY'],
  ['xadd', 'KEY', '*', 'f', 'v'],
  ['zadd', 'KEY', '1', 'v'],
  ['zcard', 'KEY'],
  ['zrange', 'KEY', '0', '0'],
  ['zrevrange', 'KEY', '0', '0'],
  ['zrevrangebyscore', 'KEY', '1', '0'],
  ['eval', 'return 1', '1', 'KEY'],
  ['evalsha', '0000000000000000000000000000000000000000', '1', 'KEY'],
];

const NEEDS: { readonly [use in Use]: readonly Command[] } = {
  send: [...SHARED, ['incr', 'KEY'], ['lpush', 'KEY', 'v'], ['lindex', 'KEY', '0'], ['zscore', 'KEY', 'v']],
  receive: [
    ...SHARED,
    ['bzpopmin', 'KEY', '1'],
    ['hdel', 'KEY', 'f'],
    ['hincrby', 'KEY', 'f', '1'],
    ['lpush', 'KEY', 'v'],
    ['lrange', 'KEY', '0', '0'],
    ['pttl', 'KEY'],
    ['rpoplpush', 'KEY', 'KEY'],
    ['rpush', 'KEY', 'v'],
    ['sadd', 'KEY', 'v'],
    ['scard', 'KEY'],
    ['srem', 'KEY', 'v'],
    ['xtrim', 'KEY', 'MAXLEN', '1'],
    ['zpopmin', 'KEY'],
    ['zrangebyscore', 'KEY', '0', '1'],
    ['zrem', 'KEY', 'v'],
    ['zremrangebyrank', 'KEY', '0', '0'],
  ],
};

/** This Redis user may not do what the queue needs. Never tried again by itself: BullMQ would spin on it. */
export class RedisPermission extends Error {
  constructor(queue: string, missing: readonly string[]) {
    super(
      `Redis refuses ${missing.join(', ')} on bull:${queue}:*. Grant them with ACL SETUSER and restart; db/queue/README.md has the rule.`,
    );
    this.name = 'RedisPermission';
  }
}

const refused = async (redis: Redis, [name, ...args]: Command): Promise<boolean> => {
  try {
    await redis.call(name, args);
    return false;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message.startsWith('NOPERM')) return true;
    // WRONGTYPE and NOSCRIPT are the expected answers of a permitted command.
    if (/^(WRONGTYPE|NOSCRIPT|ERR)/.test(message)) return false;
    throw error;
  }
};

/** Tries every command that this use of a queue needs on a key of its own. Throws RedisPermission naming what is refused. */
export const checkPermissions = async (redis: Redis, queue: string, use: Use): Promise<void> => {
  const key = `bull:${queue}:self-check`;
  const here = (command: Command): Command => {
    const [name, ...args] = command;
    return [name, ...args.map((arg) => (arg === 'KEY' ? key : arg))];
  };
  const commands: readonly Command[] = [
    ['set', key, '1', 'PX', '10000'],
    ...NEEDS[use].map(here),
    ['del', key],
  ];
  const missing: string[] = [];
  if (await refused(redis, ['info', 'server'])) missing.push('info');
  for (const command of commands) if (await refused(redis, command)) missing.push(command[0]);
  if (missing.length > 0) throw new RedisPermission(queue, missing);
};

/** Sentences about settings that can lose messages: eviction, and no append-only file. From INFO, which needs +info only. */
export const riskySettings = async (redis: Redis): Promise<readonly string[]> => {
  const info = await redis.info();
  const policy = /^maxmemory_policy:(.*)$/m.exec(info)?.[1]?.trim();
  const risks: string[] = [];
  if (policy !== 'noeviction')
    risks.push(
      `Redis may throw messages away when memory is short: set maxmemory-policy noeviction (it is ${policy})`,
    );
  if (!/^aof_enabled:1/m.test(info))
    risks.push('Redis forgets waiting messages when it is killed: set appendonly yes');
  return risks;
};
