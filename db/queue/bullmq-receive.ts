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

/** Hands one job to the handler until it accepts; the next message waits, so that order holds. Stopping puts it back in front. */
const takeJob = async (job: Job, token: string, taking: Taking): Promise<void> => {
  const { handler, stopped, onTrouble } = taking;
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
  await job.moveToWait(token);
  throw new WaitingError();
};

type Taking = { readonly handler: Handler; readonly stopped: AbortSignal; readonly onTrouble: Trouble };

/** Ends in bounded time: what is still in hand after it stays with Redis and is delivered again. */
const endWorker = async (worker: Worker, redis: Redis): Promise<void> => {
  // A handler that hangs, or a Redis that is away, is no reason not to stop. BullMQ's orderly close waits for both
  // without end and keeps its timers meanwhile; so we wait ourselves, then close by force.
  await within(ANSWER_WITHIN, worker.pause(), 'the message in hand').catch(() => undefined);
  await within(ANSWER_WITHIN, worker.close(true), 'closing').catch(() => undefined);
  redis.disconnect();
};

const startWorker = (parts: BullmqParts, address: Address, taking: Taking): Stop => {
  const lockDuration = parts.lockDuration ?? LOCK_DURATION;
  const redis = openRedis(parts, taking.stopped, { maxRetriesPerRequest: null });
  const take = async (job: Job, token?: string) => {
    if (token === undefined) throw new Error(`job ${job.id} came without a lock token`);
    await takeJob(job, token, taking);
  };
  const worker = new Worker(bullName(address), take, {
    connection: redis,
    concurrency: 1,
    lockDuration,
    stalledInterval: lockDuration / 2,
    maxStalledCount: MAX_STALLED,
    runRetryDelay: RETRY_WITHIN,
  });
  worker.on('error', (cause) => {
    taking.onTrouble(`receiving at ${address} failed; trying again`, cause);
    // A permission taken away while we run: BullMQ retries without a pause and would starve the process.
    if (cause.message.includes('NOPERM')) void worker.close(true);
  });
  return () => endWorker(worker, redis);
};

type Receiving = {
  readonly parts: BullmqParts;
  /** For the commands around receiving; each receiver has a connection of its own. */
  readonly redis: Redis;
  /** Every receiver that is started puts its end here. */
  readonly stops: Stop[];
};

/** Starts a receiver, however long Redis is away. Throws where the first try shows that a permission is missing. */
const startPatiently = async (
  { parts, redis }: Receiving,
  address: Address,
  taking: Taking,
): Promise<Stop | undefined> => {
  const { stopped, onTrouble } = taking;
  for (let failures = 1; !stopped.aborted; failures += 1) {
    try {
      await within(ANSWER_WITHIN, ready(redis), 'Redis');
      await checkPermissions(redis, bullName(address), 'receive');
      return startWorker(parts, address, taking);
    } catch (cause) {
      onTrouble(`receiving at ${address} could not start; trying again`, cause);
      if (cause instanceof RedisPermission && failures === 1) throw cause;
      await pause(backoff(failures, RETRY_WITHIN), stopped);
    }
  }
  return undefined;
};

/** The receiving half of the driver: one BullMQ worker an address, which takes one message at a time. */
export const receiveWith =
  (receiving: Receiving): Queue['receive'] =>
  async (address, handler) => {
    const stopping = new AbortController();
    const stopped = stopping.signal;
    const { onTrouble } = receiving.parts;
    const started = startPatiently(receiving, address, { handler, stopped, onTrouble });
    const stop = async () => {
      stopping.abort();
      const end = await started.catch(() => undefined);
      await end?.();
    };
    receiving.stops.push(stop);
    // A missing permission is told to the caller; a Redis that is away is waited for behind its back.
    await Promise.race([started, pause(ANSWER_WITHIN, stopped)]);
    return stop;
  };
