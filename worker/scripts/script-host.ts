import { join } from 'node:path';
import type { WorkerConfig } from '../config.ts';
import { placesOf as ownPlaces } from '../guard/own-files.ts';
import type { AskHost } from '../sandbox/answer.ts';
import { knownRefused } from '../sandbox/known-mounts.ts';
import { askHost } from './ask-host.ts';
import { type Places, placesIn } from './places.ts';

/** The host that scripts are rehearsed over, and where what comes of it is kept. */
export type ScriptHost = {
  readonly root: string;
  /** The node's catalogue (scripts.yaml). */
  readonly catalogue: string;
  readonly places: Places;
  /** What a script must not see: Quorate's own. */
  readonly hide: readonly string[];
  /** Knows the host; absent where the root is not this machine's, which nobody can be asked about. */
  readonly ask?: AskHost;
  /** Mounts that nothing can be rehearsed on, and why; tried once for each table of mounts. */
  readonly refusedMounts: () => Promise<ReadonlyMap<string, string>>;
  /** Ends a rehearsal, when the worker stops. */
  readonly signal: AbortSignal;
};

/** Where a worker keeps change sets. */
const scriptPlaces = ({ state, root }: Pick<WorkerConfig, 'state' | 'root'>): Places =>
  placesIn(join(state, 'scripts'), root);

/** Only root can mount anything to find out; whoever is not is told so by the rehearsal itself. */
const refusedAt = (root: string, { rehearsals }: Places): ScriptHost['refusedMounts'] =>
  process.geteuid?.() === 0
    ? // A root that may mount nothing, or that is not there: the rehearsal itself says so, in its own words.
      () => knownRefused(root, rehearsals).catch(() => new Map())
    : () => Promise.resolve(new Map());

/** The host of a worker. */
export const scriptHost = (config: WorkerConfig, signal: AbortSignal): ScriptHost => {
  const isHere = config.root === '/';
  const places = scriptPlaces(config);
  return {
    root: config.root,
    catalogue: config.scripts,
    places,
    refusedMounts: refusedAt(config.root, places),
    // By every name: what is mounted over a link inside would be mounted over what it leads to outside.
    hide: isHere ? [config.state, ...config.own].flatMap(ownPlaces) : [],
    ...(isHere ? { ask: askHost } : {}),
    signal,
  };
};
