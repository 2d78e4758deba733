import { Queue as Bull, type Job, WaitingError, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { backoff, pause, within } from './backoff.ts';
import { type Address, type Handler, type Queue, readEnvelope, type Stop, type Trouble } from './queue.ts';
import { checkPermissions, RedisPermission, riskySettings } from './redis-check.ts';

/** ioredis's options; `replyMapping` would change what BullMQ reads. */
type RedisPlace = Omit<RedisOptions, 'replyMapping' | 'keyPrefix'>;

export type BullmqParts = {
  /** Where Redis is and who we are there: host and port or `path`, username, password, tls. BullMQ bears no keyPrefix. */
  readonly redis: RedisPlace;
  readonly onTrouble: Trouble;
  /** How long a message in the hands of a receiver that died stays there before it is delivered again (ms). */
  readonly lockDuration?: number;
};

/** Default of {@link BullmqParts.lockDuration}. Renewed at half of it while the receiver lives. */
export const LOCK_DURATION = 30_000;
/** A message that killed its receiver so often is given up by the broker; `resend` brings it back. */
const MAX_STALLED = 20;
/** How long an accepted message's id is kept in Redis (s); a second copy within it never leaves the broker. */
const KEEP_ACCEPTED = 3600;
/** How long Redis may take for anything before a send counts as failed (ms). */
const ANSWER_WITHIN = 2000;
/** Longest wait between two tries of a handler that throws, or of a connection (ms). */
const RETRY_WITHIN = 2000;

/** BullMQ's queue for an address; its names take no colon. */
export const bullName = (address: Address): string =>
  address === 'bot' ? 'quorate.report' : `quorate.job.${address.slice('node.'.length)}`;

/** A connection that keeps trying, and tells of its errors instead of throwing them. */
const open = (parts: BullmqParts, stopped: AbortSignal, extra: RedisPlace): Redis => {
  // BullMQ copies this connection; null ends its copies too, which nothing else does while Redis is away.
  const retryStrategy = (times: number) => (stopped.aborted ? null : backoff(times, RETRY_WITHIN));
  const options: RedisPlace = { ...parts.redis, ...extra, retryStrategy };
  const redis = new Redis(options);
  redis.on('error', (cause) => parts.onTrouble('Redis cannot be reached; trying again', cause));
  return redis;
};

/** The same trouble is told once until it changes: ioredis repeats it with each try. */
const sayOnce = (onTrouble: Trouble): Trouble => {
  let last = '';
  return (what, cause) => {
    const text = `${what} ${String(cause)}`;
    if (text === last) return;
    last = text;
    onTrouble(what, cause);
  };
};

const ready = (redis: Redis): Promise<void> =>
  redis.status === 'ready'
    ? Promise.resolve()
    : new Promise((resolve) => redis.once('ready', () => resolve()));

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
  const redis = open(parts, taking.stopped, { maxRetriesPerRequest: null });
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

/** The driver over Redis. Starts whether Redis is there or not; permissions are checked before a queue is first used. */
export const bullmqQueue = (given: BullmqParts): Queue => {
  const onTrouble = sayOnce(given.onTrouble);
  const parts = { ...given, onTrouble };
  const closed = new AbortController();
  const redis = open(parts, closed.signal, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  const settings = ready(redis)
    .then(() => riskySettings(redis))
    .then((risks) => risks.forEach((risk) => onTrouble(risk, undefined)))
    .catch((cause: unknown) => onTrouble('the settings of Redis could not be read', cause));
  void settings;

  const senders = new Map<Address, Promise<Bull>>();
  const openSender = async (address: Address): Promise<Bull> => {
    await checkPermissions(redis, bullName(address), 'send');
    const bull = new Bull(bullName(address), { connection: redis });
    bull.on('error', (cause) => onTrouble(`sending to ${address} failed`, cause));
    return bull;
  };
  const senderFor = (address: Address): Promise<Bull> => {
    const known = senders.get(address) ?? openSender(address);
    senders.set(address, known);
    // A failed opening is tried again by the next send.
    known.catch(() => senders.delete(address));
    return known;
  };

  const send: Queue['send'] = async (envelope) => {
    await within(ANSWER_WITHIN, ready(redis), 'Redis');
    const add = senderFor(envelope.to).then((bull) =>
      bull.add('message', envelope, {
        jobId: envelope.id,
        attempts: 1,
        removeOnComplete: { age: KEEP_ACCEPTED },
        removeOnFail: true,
      }),
    );
    await within(ANSWER_WITHIN, add, 'Redis');
  };

  const stops: Stop[] = [];
  const receive: Queue['receive'] = async (address, handler) => {
    const stopped = new AbortController();
    const start = async (): Promise<Stop | undefined> => {
      for (let failures = 1; !stopped.signal.aborted; failures += 1) {
        try {
          await within(ANSWER_WITHIN, ready(redis), 'Redis');
          await checkPermissions(redis, bullName(address), 'receive');
          return startWorker(parts, address, { handler, stopped: stopped.signal, onTrouble });
        } catch (cause) {
          onTrouble(`receiving at ${address} could not start; trying again`, cause);
          if (cause instanceof RedisPermission && failures === 1) throw cause;
          await pause(backoff(failures, RETRY_WITHIN), stopped.signal);
        }
      }
      return undefined;
    };
    const started = start();
    const stop = async () => {
      stopped.abort();
      const end = await started.catch(() => undefined);
      await end?.();
    };
    stops.push(stop);
    // A missing permission is told to the caller; a Redis that is away is waited for behind its back.
    await Promise.race([started, pause(ANSWER_WITHIN, stopped.signal)]);
    return stop;
  };

  const close = async () => {
    await Promise.all(stops.map((stop) => stop()));
    closed.abort();
    redis.disconnect();
  };
  return { name: 'bullmq', send, receive, close };
};
