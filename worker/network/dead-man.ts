import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { no, ok, type Result } from '#policies/result';
import { isOnSystemd } from './boot-unit.ts';
import type { NetworkHost } from './network-host.ts';
import { guardPath, txPath, txState } from './transaction.ts';

/** Runs `netguard.sh wait` with no tie to whoever started it: a session of its own, and none of its files. */
const DETACHED = 'exec sh "$0" wait "$1" "$2" </dev/null >>"$1/log" 2>&1';

const POLL = 20;

/** How long the detached timer may take to say that it waits, and a restore to see the network as it was (ms). */
const START_WITHIN = 5000;
const RESTORE_WITHIN = 60_000;

type Done = Result<true, string>;

const onSystemd = async (host: NetworkHost, tx: string, seconds: number): Promise<Done> => {
  const ended = await host.run('systemd-run', [
    '--collect',
    `--unit=quorate-network-${tx}`,
    `--on-active=${seconds}s`,
    '--timer-property=AccuracySec=100ms',
    '/bin/sh',
    guardPath(host),
    'restore',
    txPath(host, tx),
  ]);
  return ended.ok ? ok(true) : no(`systemd-run: ${ended.error.failure} ${ended.error.stderr}`);
};

const onItsOwn = async (host: NetworkHost, tx: string, seconds: number): Promise<Done> => {
  const args = ['--fork', 'sh', '-c', DETACHED, guardPath(host), txPath(host, tx), String(seconds)];
  const ended = await host.run('setsid', args);
  if (!ended.ok) return no(`setsid: ${ended.error.failure} ${ended.error.stderr}`);
  const said = join(host.root, txPath(host, tx), 'timer');
  for (let waited = 0; waited < START_WITHIN; waited += POLL) {
    if (existsSync(said)) return ok(true);
    await sleep(POLL);
  }
  return no('the timer that takes it back did not start');
};

/**
 * Starts what takes the change back after `seconds`, unless it was kept: a transient timer where systemd runs, a detached shell
 * elsewhere. It needs neither this process nor Node from then on.
 */
export const startDeadMan = (host: NetworkHost, tx: string, seconds: number): Promise<Done> =>
  isOnSystemd(host) ? onSystemd(host, tx, seconds) : onItsOwn(host, tx, seconds);

/** Takes the change back now, by the same script. An error is what it said. */
export const restoreNow = async (host: NetworkHost, tx: string): Promise<Done> => {
  const ended = await host.run('sh', [guardPath(host), 'restore', txPath(host, tx)], {
    timeout: RESTORE_WITHIN,
  });
  if (txState(host, tx) === 'restored') return ok(true);
  return no(ended.ok ? `it is ${txState(host, tx)}` : `${ended.error.failure} ${ended.error.stderr}`);
};
