import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { openMeeting } from '#db/config/meeting';
import { signingKey } from '#db/config/signing-key';
import { DatabaseError } from '#db/database-error';
import { sealing } from '#db/queue/sealed';
import { environment, readOwnProcess } from './config.ts';
import type { Log } from './jobs/worker.ts';
import type { RunningWorker, WorkerParts } from './main.ts';

const openLog = (): Log => {
  const logger = pino({ base: null });
  return (level, message, facts = {}) => {
    const { error, ...rest } = { error: undefined, ...facts };
    logger[level](error === undefined ? rest : { ...rest, err: error }, message);
  };
};

/** A start that failed half way leaves nothing running. */
const endedBy = (error: unknown, log: Log): never => {
  if (!(error instanceof DatabaseError)) log('error', 'this process cannot go on', { error });
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
};

/**
 * Runs a worker as a process of its own until SIGTERM or SIGINT. A wrong configuration ends it with 78 (EX_CONFIG), a start
 * that fails with 1 and one sentence on standard error; where it came from is in the log.
 */
export const runAlone = async (start: (parts: WorkerParts) => Promise<RunningWorker>): Promise<void> => {
  const read = readOwnProcess(environment());
  if (!read.ok) {
    for (const { at, line, expected } of read.error)
      process.stderr.write(`${at}${line === null ? '' : ` (line ${line})`}: expected ${expected}\n`);
    process.exitCode = 78;
    return;
  }
  const { config, meeting } = read.value;
  const log = openLog();
  const onTrouble = (what: string, cause: unknown): void => log('warn', what, { error: cause });
  const begin = async () => {
    mkdirSync(config.state, { recursive: true, mode: 0o700 });
    const key = signingKey(join(config.state, 'worker-key.pem'));
    const queue = sealing(await openMeeting(meeting, { listen: true, onTrouble }), key);
    return { queue, worker: await start({ config, queue, now: Date.now, random: randomBytes, log }) };
  };
  const { queue, worker } = await begin().catch((error: unknown) => endedBy(error, log));
  const stop = (): void => {
    void worker.stop().then(() => queue.close());
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};
