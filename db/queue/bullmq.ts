import { Queue as Bull } from 'bullmq';
import type { Redis } from 'ioredis';
import { within } from './backoff.ts';
import { receiveWith } from './bullmq-receive.ts';
import type { Address, Queue, Stop, Trouble } from './queue.ts';
import { checkPermissions, riskySettings } from './redis-check.ts';
import { ANSWER_WITHIN, type BullmqParts, bullName, openRedis, ready } from './redis-place.ts';
import { sayOnce } from './say-once.ts';

/** How long an accepted message's id is kept in Redis (s); a second copy within it never leaves the broker. */
const KEEP_ACCEPTED = 3600;

/** One BullMQ queue an address, opened when it is first needed; the next send tries again what failed to open. */
const bullsOver = (redis: Redis, onTrouble: Trouble): ((address: Address) => Promise<Bull>) => {
  const bulls = new Map<Address, Promise<Bull>>();
  const openBull = async (address: Address): Promise<Bull> => {
    await within(ANSWER_WITHIN, checkPermissions(redis, bullName(address), 'send'), 'Redis');
    const bull = new Bull(bullName(address), { connection: redis });
    bull.on('error', (cause) => onTrouble(`sending to ${address} failed`, cause));
    // BullMQ keeps the outcome of its first look at Redis for good: a queue that saw it fail would fail every send after it.
    await within(ANSWER_WITHIN, bull.waitUntilReady(), 'Redis').catch(async (cause: unknown) => {
      await bull.close();
      throw cause;
    });
    return bull;
  };
  return (address) => {
    const known = bulls.get(address) ?? openBull(address);
    bulls.set(address, known);
    known.catch(() => bulls.delete(address));
    return known;
  };
};

const sendWith = (redis: Redis, onTrouble: Trouble): Queue['send'] => {
  const bullFor = bullsOver(redis, onTrouble);
  return async (envelope) => {
    await ready(redis);
    const add = bullFor(envelope.to).then((bull) =>
      bull.add('message', envelope, {
        jobId: envelope.id,
        attempts: 1,
        removeOnComplete: { age: KEEP_ACCEPTED },
        removeOnFail: true,
      }),
    );
    await within(ANSWER_WITHIN, add, 'Redis');
  };
};

const tellRisks = (redis: Redis, onTrouble: Trouble): Promise<void> =>
  riskySettings(redis)
    .then((risks) => risks.forEach((risk) => onTrouble(risk, undefined)))
    .catch((cause: unknown) => onTrouble('the settings of Redis could not be read', cause));

/** The driver over Redis. Starts whether Redis is there or not; permissions are checked before a queue is first used. */
export const bullmqQueue = (given: BullmqParts): Queue => {
  const { tell: onTrouble, over } = sayOnce(given.onTrouble);
  const parts = { ...given, onTrouble };
  const closed = new AbortController();
  const redis = openRedis(parts, closed.signal, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  redis.once('ready', () => void tellRisks(redis, onTrouble));
  redis.on('ready', over);
  const stops: Stop[] = [];
  return {
    name: 'bullmq',
    send: sendWith(redis, onTrouble),
    receive: receiveWith({ parts, redis, stops }),
    close: async () => {
      await Promise.all(stops.map((stop) => stop()));
      closed.abort();
      redis.disconnect();
    },
  };
};
