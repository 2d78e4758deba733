import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { KnownHashes } from '../changeset/known-hashes.ts';
import type { Layer } from '../changeset/scan.ts';
import { type Running, stream } from '../shell/stream.ts';
import { hashMeanwhile } from './hash-meanwhile.ts';
import { type Groups, makeGroups } from './limits/control-groups.ts';
import { DEFAULT_LIMITS, type Limits, type Stopped } from './limits/limits.ts';
import { measureLayers, watchDisk } from './limits/watch-disk.ts';
import { readMountinfo } from './mounts/mountinfo.ts';
import { vanished } from './mounts/vanished.ts';
import type { NotRun, Outcome, Seen } from './outcome.ts';
import { keepEnds } from './output.ts';
import { openRecorder, type Recorder } from './recorder.ts';
import { faultOf, type RehearsalOptions, type Script } from './script.ts';
import { launchFailure, type SetUp, setUp, writeLimits } from './set-up.ts';
import { discard } from './store.ts';

/** Longest that the kernel may take to end what was killed, in ms, before the launcher itself is. */
const LAST_WAIT = 10_000;

/** What launch.pl runs in, whatever is in the worker's own environment. */
const ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** Where Debian keeps it, and where launch.pl finds it. */
const BUBBLEWRAP = '/usr/bin/bwrap';

const isFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const rootRefusal = ({ root, refusedMounts }: RehearsalOptions): NotRun | undefined => {
  const why = refusedMounts?.get(root);
  return why === undefined ? undefined : { why: 'root-not-rehearsable', detail: why };
};

const refusalOf = (script: Script, options: RehearsalOptions): NotRun | undefined => {
  const { root, store } = options;
  const fault = faultOf(script);
  if (fault !== undefined) return { why: 'bad-script', detail: fault };
  if (process.getuid?.() !== 0) return { why: 'not-root', detail: String(process.getuid?.()) };
  if (!existsSync(BUBBLEWRAP)) return { why: 'no-bubblewrap', detail: BUBBLEWRAP };
  if (!root.startsWith('/') || !isFolder(root)) return { why: 'no-root-folder', detail: root };
  return store.startsWith('/') ? rootRefusal(options) : { why: 'bad-store', detail: store };
};

/** The first reason to stop counts; the sandbox is killed as a whole, and the launcher ends when all of it is gone. */
const stopper = (): {
  readonly stop: (why: Stopped) => void;
  readonly by: () => Stopped | undefined;
  readonly watch: (running: Running) => void;
} => {
  let by: Stopped | undefined;
  let running: Running | undefined;
  const kill = (): void => {
    running?.signal('SIGTERM');
    setTimeout(() => running?.signal('SIGKILL'), LAST_WAIT).unref();
  };
  return {
    stop: (why) => {
      if (by === undefined) kill();
      by ??= why;
    },
    by: () => by,
    watch: (started) => {
      running = started;
      if (by !== undefined) kill();
    },
  };
};

type Run = {
  readonly made: SetUp;
  readonly groups: Groups;
  readonly limits: Limits;
  readonly stop: (why: Stopped) => void;
};

/** The run itself: started, watched, waited for. */
const play = async (
  script: Script,
  options: RehearsalOptions,
  { made, limits, stop }: Run,
  watch: (running: Running) => void,
): Promise<{
  readonly code: number | null;
  readonly stdout: Seen['stdout'];
  readonly stderr: Seen['stderr'];
  readonly known: KnownHashes;
}> => {
  const out = keepEnds();
  const err = keepEnds();
  let bytes = 0;
  const taking = (add: (chunk: Buffer) => void) => (chunk: Buffer) => {
    bytes += chunk.length;
    add(chunk);
    if (bytes > limits.output) stop('output');
  };
  const abort = (): void => stop('cancelled');
  options.signal?.addEventListener('abort', abort);
  const launch = join(import.meta.dirname, 'launch.pl');
  const running = stream('perl', [launch, made.folder, String(process.pid), ...script.argv], {
    input: script.stdin ?? '',
    env: ENV,
    onOut: taking(out.add),
    onErr: taking(err.add),
  });
  watch(running);
  if (options.signal?.aborted) abort();
  const timer = setTimeout(() => stop('time'), limits.time);
  const uppers = made.layers.map(({ upper }) => upper);
  const disk = watchDisk(made.folder, uppers, limits, stop);
  const hashing = hashMeanwhile(made.layers);
  const code = await running.ended;
  clearTimeout(timer);
  disk.end();
  hashing.end();
  options.signal?.removeEventListener('abort', abort);
  return { code, stdout: out.output(), stderr: err.output(), known: hashing.known };
};

/** Layers of mounts that are gone cannot be read: what they are compared with is another folder by now. */
const stillThere = ({ plan, mounts, layers }: SetUp): readonly Layer[] => {
  const points = vanished(mounts, readMountinfo());
  const gone = plan.filter(({ point }) => points.has(point)).map(({ at }) => at);
  return layers.filter(({ mount }) => !gone.includes(mount));
};

const isWritten = ({ upper }: Layer): boolean => readdirSync(upper).length > 0;

/** A run that was over before anybody looked may have gone past a limit all the same. */
const lateStop = ({ made, groups, limits }: Run, there: readonly Layer[]): Stopped | undefined => {
  if (groups.outOfMemory()) return 'memory';
  if (made.layers.some((layer) => !there.includes(layer) && isWritten(layer))) return 'mounts';
  const uppers = made.layers.map(({ upper }) => upper);
  return measureLayers(uppers, limits).bytes > limits.disk ? 'disk' : undefined;
};

const record = (script: Script, options: RehearsalOptions, { made, limits, stop }: Run): Promise<Recorder> =>
  openRecorder(made.socket, {
    ask: options.ask ?? (() => Promise.resolve(null)),
    dialogs: script.answers ?? [],
    realPrograms: made.realPrograms,
    hasCopy: made.cluster !== null,
    most: limits.records,
    onTooMany: () => stop('records'),
  });

/** Mounts come and go on a host, and one that goes while an overlay is laid over it cannot be. So often it is laid anew. */
const TRIES = 3;

const lay = async (script: Script, options: RehearsalOptions, tries: number): Promise<Outcome> => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const made = setUp(script, options, limits);
  const groups = makeGroups(limits, basename(made.folder));
  const { stop, by, watch } = stopper();
  const all: Run = { made, groups, limits, stop };
  try {
    writeLimits(made.folder, limits, groups);
    const recorder = await record(script, options, all);
    const { code, stdout, stderr, known } = await play(script, options, all, watch);
    await recorder.close();
    const failure = launchFailure(made.folder);
    if (failure !== undefined) {
      await discard(made.folder);
      const isGone = vanished(made.mounts, readMountinfo()).size > 0;
      if (isGone && tries > 1) return await lay(script, options, tries - 1);
      return { outcome: 'refused', why: 'not-set-up', detail: failure };
    }
    const layers = stillThere(made);
    const seen: Seen = {
      stdout,
      stderr,
      records: recorder.records,
      layers,
      known,
      cluster: made.cluster,
      mounts: made.plan,
      hidden: made.secrets,
      heldBy: groups.heldBy,
      folder: made.folder,
    };
    const stopped = by() ?? lateStop(all, layers);
    if (stopped !== undefined) return { outcome: 'stopped', by: stopped, ...seen };
    return { outcome: 'ran', code: code ?? 255, ...seen };
  } finally {
    await groups.remove();
  }
};

/**
 * Runs a script over an overlay of the real root and says what it did and what it asked for. The host stays as it is.
 * Needs root. Throws where the machine is broken; a script that cannot or may not run is an outcome.
 */
export const rehearse = async (script: Script, options: RehearsalOptions): Promise<Outcome> => {
  const refused = refusalOf(script, options);
  return refused ? { outcome: 'refused', ...refused } : lay(script, options, TRIES);
};
