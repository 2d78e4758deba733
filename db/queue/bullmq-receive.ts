import { type Job, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { backoff, pause, within } from './backoff.ts';
import { type Address, type Handler, type Queue, readEnvelope, type Stop, type Trouble } from './queue.ts';
import { checkPermissions, RedisPermission } from './redis-check.ts';
import { ANSWER_WITHIN, type BullmqParts, bullName, openRedis, RETRY_WITHIN, ready } from './redis-place.ts';

/** Default of {@link BullmqParts.lockDuration}. Renewed at half of it while the receiver lives. */
const LOCK_DURATION = 30_000;
/** A message that killed its receiver so often is given up by the broker; `resend` brings it back. */
const MAX_STALLED = 20;

type Taking = { readonly handler: Handler; readonly stopped: AbortSignal; readonly onTrouble: Trouble };

/** Hands one job to the handler until it accepts; the next message waits, so that order holds. Stopping puts it back in front. */
const takeJob = async (job: Job, token: string, { handler, stopped, onTrouble }: Taking): Promise<void> => {
  const envelope = readEnvelope(job.data);
  if (!envelope) return onTrouble(`job ${job.id} of ${job.queueName} is no message; dropped`, job.name);
  for (let failures = 0; !stopped.aborted; ) {
    try {
      return await handler(envelope);
    } catch (cause) {
      failures += 1;
      if (failures === 1) onTrouble(`message ${envelope.id} was not accepted; trying again`, cause);
      await pause(backoff(failures, RETRY_WITHIN), stopped);
    }
  }
  // Any other error than this one would make BullMQ fail the job, and drop a message that the outbox counts as sent. Where
  // it cannot be put back now, it comes again when its lock runs out.
  await job
    .moveToWait(token)
    .catch((cause: unknown) => onTrouble(`message ${envelope.id} comes again later`, cause));
  throw new WaitingError();
};

/** Ends in bounded time: what is still in hand after it stays with Redis and is delivered again. */
const endWorker = async (worker: Worker, redis: Redis): Promise<void> => {
  // A handler that hangs, or a Redis that is away, is no reason not to stop. BullMQ's orderly close waits for both
  // without end and keeps its timers meanwhile; so we wait ourselves, then close by force.
  await within(ANSWER_WITHIN, worker.pause(), 'the message in hand').catch(() => undefined);
  await within(ANSWER_WITHIN, worker.close(true), 'closing').catch(() => undefined);
  redis.disconnect();
};

type Receiving = {
  readonly parts: BullmqParts;
  /** For the commands around receiving; each receiver has a connection of its own. */
  readonly redis: Redis;
  /** Every receiver that is started puts its end here. */
  readonly stops: Stop[];
};

type Post = Receiving & { readonly address: Address; readonly taking: Taking; readonly began: () => void };

const openWorker = ({ parts, address, taking }: Post, redis: Redis): Worker => {
  const lockDuration = parts.lockDuration ?? LOCK_DURATION;
  const take = async (job: Job, token?: string) => {
    if (token === undefined) throw new Error(`job ${job.id} came without a lock token`);
    await takeJob(job, token, taking);
  };
  return new Worker(bullName(address), take, {
    connection: redis,
    concurrency: 1,
    lockDuration,
    stalledInterval: lockDuration / 2,
    maxStalledCount: MAX_STALLED,
    runRetryDelay: RETRY_WITHIN,
  });
};

/** Redis itself said no (NOPERM, OOM, READONLY, MISCONF …): BullMQ tries again without a pause and would starve the process. */
const isRefusal = (cause: Error): boolean => cause.name === 'ReplyError';

/** Receives until it is stopped. Rejects with what Redis refused, or what kept the worker from starting. */
const receiveUntilStopped = async (post: Post): Promise<void> => {
  const { parts, address, began } = post;
  const { stopped, onTrouble } = post.taking;
  // Ends the connections of this worker alone: another one may follow it.
  const ended = new AbortController();
  const redis = openRedis(parts, AbortSignal.any([stopped, ended.signal]), { maxRetriesPerRequest: null });
  const worker = openWorker(post, redis);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.on('error', (cause) => {
    if (isRefusal(cause)) reject(cause);
    else onTrouble(`receiving at ${address} failed; trying again`, cause);
  });
  worker.on('failed', (job, cause) =>
    onTrouble(`message ${job?.id} was given up; resend brings it back`, cause),
  );
  worker.waitUntilReady().then(began, reject);
  stopped.addEventListener('abort', () => resolve(), { once: true });
  if (stopped.aborted) resolve();
  try {
    await promise;
  } finally {
    ended.abort();
    await endWorker(worker, redis);
  }
};

/** Receives for as long as it is not stopped, however long Redis is away. Throws where the first try shows that a permission is missing. */
const receivePatiently = async (post: Post): Promise<void> => {
  const { redis, address } = post;
  const { stopped, onTrouble } = post.taking;
  for (let failures = 1; !stopped.aborted; failures += 1) {
    try {
      await ready(redis);
      await within(ANSWER_WITHIN, checkPermissions(redis, bullName(address), 'receive'), 'Redis');
      await receiveUntilStopped(post);
    } catch (cause) {
      onTrouble(`receiving at ${address} failed; trying again`, cause);
      if (cause instanceof RedisPermission && failures === 1) throw cause;
      await pause(backoff(failures, RETRY_WITHIN), stopped);
    }
  }
};

/** The receiving half of the driver: one BullMQ worker an address, which takes one message at a time. */
export const receiveWith =
  (receiving: Receiving): Queue['receive'] =>
  async (address, handler) => {
    const stopping = new AbortController();
    const { promise: started, resolve: began } = Promise.withResolvers<void>();
    const taking = { handler, stopped: stopping.signal, onTrouble: receiving.parts.onTrouble };
    const running = receivePatiently({ ...receiving, address, taking, began });
    const stop = async () => {
      stopping.abort();
      // A missing permission was told when it was found.
      await running.catch(() => undefined);
    };
    receiving.stops.push(stop);
    // A missing permission is told to the caller; a Redis that is away is waited for behind its back.
    await Promise.race([running, started, pause(ANSWER_WITHIN, stopping.signal)]);
    return stop;
  };
