import { Redis, type RedisOptions } from 'ioredis';
import { backoff } from './backoff.ts';
import type { Address, Trouble } from './queue.ts';

/** ioredis's options; `replyMapping` would change what BullMQ reads. */
type RedisPlace = Omit<RedisOptions, 'replyMapping' | 'keyPrefix'>;

/** What the driver over Redis is made of. */
export type BullmqParts = {
  /** Where Redis is and who we are there: host and port or `path`, username, password, tls. BullMQ bears no keyPrefix. */
  readonly redis: RedisPlace;
  readonly onTrouble: Trouble;
  /** How long a message in the hands of a receiver that died stays there before it is delivered again (ms). */
  readonly lockDuration?: number;
};

/** How long Redis may take for anything before a send counts as failed (ms). */
export const ANSWER_WITHIN = 2000;
/** Longest wait between two tries of a handler that throws, or of a connection (ms). */
export const RETRY_WITHIN = 2000;

/** BullMQ's queue for an address; its names take no colon. */
export const bullName = (address: Address): string =>
  address === 'bot' ? 'quorate.report' : `quorate.job.${address.slice('node.'.length)}`;

/** A connection that keeps trying, and tells of its errors instead of throwing them. */
export const openRedis = (parts: BullmqParts, stopped: AbortSignal, extra: RedisPlace): Redis => {
  // BullMQ copies this connection; null ends its copies too, which nothing else does while Redis is away.
  const retryStrategy = (times: number) => (stopped.aborted ? null : backoff(times, RETRY_WITHIN));
  const options: RedisPlace = { ...parts.redis, ...extra, retryStrategy };
  const redis = new Redis(options);
  redis.on('error', (cause) => parts.onTrouble('Redis cannot be reached; trying again', cause));
  return redis;
};

/** Resolves when commands can be sent. */
export const ready = (redis: Redis): Promise<void> =>
  redis.status === 'ready'
    ? Promise.resolve()
    : new Promise((resolve) => redis.once('ready', () => resolve()));
