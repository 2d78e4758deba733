import { join } from 'node:path';
import type { WorkerConfig } from '../config.ts';
import type { AskHost } from '../sandbox/answer.ts';
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
  /** Ends a rehearsal, when the worker stops. */
  readonly signal: AbortSignal;
};

/** Where a worker keeps change sets. */
export const placesOf = ({ state, root }: Pick<WorkerConfig, 'state' | 'root'>): Places =>
  placesIn(join(state, 'scripts'), root);

/** The host of a worker. */
export const scriptHost = (config: WorkerConfig, signal: AbortSignal): ScriptHost => {
  const isHere = config.root === '/';
  return {
    root: config.root,
    catalogue: config.scripts,
    places: placesOf(config),
    hide: isHere ? [...new Set([config.state, ...config.own])] : [],
    ...(isHere ? { ask: askHost } : {}),
    signal,
  };
};
