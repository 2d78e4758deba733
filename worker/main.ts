import { setTimeout as sleep } from 'node:timers/promises';
import { appendAudit } from '#db/audit/append';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import { holdFile } from '#db/hold';
import type { Journal } from '#db/journal/journal';
import { tellLatest } from '#db/journal/latest';
import { changeSetsKept } from '#db/journal/plans';
import { immediate } from '#db/open';
import type { Queue } from '#db/queue/queue';
import { relay } from '#db/queue/relay';
import type { WorkerConfig } from './config.ts';
import { openEyes } from './eyes.ts';
import { openGuard } from './guard/open-guard.ts';
import { blindSentence } from './inventory/blind.ts';
import { openDesk } from './jobs/desk.ts';
import { lanes } from './jobs/lanes.ts';
import { watchUnkept } from './jobs/unkept.ts';
import { watch } from './jobs/watch.ts';
import type { Log, Point, Worker } from './jobs/worker.ts';
import { type NetworkHost, thisHost } from './network/network-host.ts';
import { journalPath, openJournalOf } from './open-journal.ts';
import type { PveFailure } from './proxmox/failure.ts';
import { connectProxmox, type Proxmox } from './proxmox/proxmox.ts';
import type { RecipeHost } from './recipes/host.ts';
import { forgetDropped, recoverSets } from './scripts/recover-sets.ts';
import { scriptHost } from './scripts/script-host.ts';
import { aptConfig } from './shell/apt-config.ts';

/**
 * What a worker is made of. `now` in ms. `at`, `settle` and `network` are for tests: moments of a run, how long a lost call may
 * take to show (ms), and a host in namespaces.
 */
export type WorkerParts = {
  readonly config: WorkerConfig;
  readonly queue: Queue;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
  readonly at?: (point: Point) => void;
  readonly settle?: number;
  readonly network?: NetworkHost;
};

/** A worker at work. `idle` resolves when no job is being worked on; `stop` when nothing of it runs any more. */
export type RunningWorker = {
  readonly address: string;
  readonly journal: Journal;
  readonly idle: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Proxmox may hold a request for 10 s while it waits for a guest's lock, before the task appears. */
const SETTLE = 15_000;

const openJournal = (parts: WorkerParts): Journal => {
  const release = holdFile(journalPath(parts.config));
  try {
    const journal = openJournalOf(parts.config, parts);
    const close = (): void => {
      journal.db.close();
      release();
    };
    return { ...journal, db: { ...journal.db, close } };
  } catch (error) {
    release();
    throw error;
  }
};

/** Says why the site cannot be looked at, once until that changes. */
const tellBlindness = ({ config, log }: WorkerParts): ((failure: PveFailure | null) => void) => {
  let last = '';
  return (failure) => {
    const sentence = failure ? blindSentence(config.proxmox.url, failure) : '';
    if (sentence !== last) log(failure ? 'warn' : 'info', sentence || `${config.proxmox.url} answers again`);
    last = sentence;
  };
};

const hostAt = ({ root, proxmox: { reader, actor } }: WorkerConfig, proxmox: Proxmox): RecipeHost => ({
  root,
  owner: { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 },
  aptValue: (key) => aptConfig(root, key),
  access: { proxmox, own: [reader, actor].flatMap((token) => token?.id.split('!', 1) ?? []) },
});

const openWorker = (parts: WorkerParts, journal: Journal, stopped: AbortSignal) => {
  const { config, now, log, at = () => undefined } = parts;
  const proxmox = connectProxmox(config.proxmox);
  const recipes = readRecipes(RECIPES);
  const pace = { now, sleep: (ms: number) => sleep(ms, undefined, { signal: stopped }), signal: stopped };
  const host = hostAt(config, proxmox);
  // Programs act on this machine: with another root there is no network that is the root's.
  const network = parts.network ?? (config.root === '/' ? thisHost : null);
  const scripts = scriptHost(config, stopped);
  recoverSets(scripts, log);
  forgetDropped(scripts, changeSetsKept(journal), log);
  const out = relay({
    db: journal.db,
    queue: parts.queue,
    from: journal.address,
    now,
    onTrouble: (what, cause) => log('warn', what, { error: cause }),
  });
  const { actor } = config.proxmox;
  const worker: Worker = {
    journal,
    guard: openGuard(config),
    around: {
      host,
      network,
      changes: scripts.places,
      api: actor ? { proxmox, actor: actor.id, pace, settle: parts.settle ?? SETTLE } : null,
    },
    canAct: actor !== undefined,
    eyes: openEyes({
      ...config,
      proxmox,
      host,
      network,
      recipes,
      scripts,
      now,
      sleep: pace.sleep,
      blind: tellBlindness(parts),
    }),
    recipes,
    lanes: lanes(),
    log,
    wake: out.wake,
    at,
    signal: stopped,
  };
  return { worker, recipes, close: () => Promise.all([out.stop(), proxmox.close()]) };
};

const sayHello = ({ config }: WorkerParts, journal: Journal, recipes: readonly string[]): void =>
  immediate(journal.db, () => {
    const { site, node, proxmox, simulated } = config;
    const { address } = journal;
    const canAct = proxmox.actor !== undefined;
    const facts = { simulated, canAct };
    appendAudit(journal.db, { kind: 'worker.started', actor: { worker: address }, facts }, journal.now());
    tellLatest(journal, { report: 'hello', site, node, address, simulated, canAct, recipes: [...recipes] });
  });

/**
 * Starts the worker of one node: cut-short runs are brought to their end, jobs come in, reports go out, the site is looked
 * at. Throws a DatabaseError when the journal cannot be used.
 */
export const startWorker = async (parts: WorkerParts): Promise<RunningWorker> => {
  const journal = openJournal(parts);
  const stopped = new AbortController();
  const { worker, recipes, close } = openWorker(parts, journal, stopped.signal);
  sayHello(parts, journal, [...recipes.keys()]);
  const desk = openDesk(worker);
  const unhear = await parts.queue.receive(journal.address, desk.receive);
  const unwatch = watch(worker);
  const unwatchUnkept = watchUnkept(worker);
  return {
    address: journal.address,
    journal,
    idle: desk.idle,
    stop: async () => {
      unwatch();
      unwatchUnkept();
      await unhear();
      stopped.abort();
      await desk.idle();
      await close();
      journal.db.close();
    },
  };
};

if (import.meta.main) {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'factor') {
    const { factorCommand } = await import('./second-factor/command.ts');
    process.exitCode = await factorCommand(args);
  } else {
    // Only a worker that is a process of its own needs what follows.
    const { runAlone } = await import('./run-alone.ts');
    await runAlone(startWorker);
  }
}
