import { Redis, type RedisOptions } from 'ioredis';
import { backoff, within } from './backoff.ts';
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
/** A connection on which an asked Redis says nothing for so long is dropped (ms). BullMQ blocks for 10 s at most. */
const SILENT_AFTER = 15_000;

/** BullMQ's queue for an address; its names take no colon. */
export const bullName = (address: Address): string =>
  address === 'bot' ? 'quorate.report' : `quorate.job.${address.slice('node.'.length)}`;

/**
 * A connection that keeps trying, and tells of its errors instead of throwing them. Once stopped, neither it nor a copy that
 * BullMQ makes of it connects again: BullMQ reconnects what it has just closed when a message in hand ends late, and such
 * a connection would keep the process alive.
 */
export const openRedis = (parts: BullmqParts, stopped: AbortSignal, extra: RedisPlace): Redis => {
  const retryStrategy = (times: number) => (stopped.aborted ? null : backoff(times, RETRY_WITHIN));
  const redis = new Redis({ socketTimeout: SILENT_AFTER, ...parts.redis, ...extra, retryStrategy });
  redis.on('error', (cause) => parts.onTrouble('Redis cannot be reached; trying again', cause));
  const connect = redis.connect.bind(redis);
  // The text is by which BullMQ knows an ended connection.
  redis.connect = () => (stopped.aborted ? Promise.reject(new Error('Connection is closed.')) : connect());
  // The options of a copy are not in its type here: BullMQ asks for a name, and looks at no type.
  redis.duplicate = ((other: RedisPlace = {}) =>
    openRedis(parts, stopped, { ...extra, ...other })) as Redis['duplicate'];
  return redis;
};

/** Resolves when commands can be sent; rejects when that takes longer than {@link ANSWER_WITHIN}. */
export const ready = async (redis: Redis): Promise<void> => {
  if (redis.status === 'ready') return;
  const { promise, resolve } = Promise.withResolvers<void>();
  redis.once('ready', resolve);
  // A send is tried every few seconds while Redis is away; none may leave a listener behind.
  await within(ANSWER_WITHIN, promise, 'Redis').finally(() => redis.off('ready', resolve));
};
