import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { no, ok, type Result } from '#policies/result';
import type { BytePath, Change } from '../changeset/change.ts';
import type { ChangeProblem } from '../changeset/change-problem.ts';
import { type ContentOf, type Explained, explain } from '../changeset/explain.ts';
import type { Mount } from '../changeset/host-tree.ts';
import { asPmxcfs } from '../changeset/pmxcfs-rules.ts';
import { byPath, CAPS, type Scanned, scan } from '../changeset/scan.ts';
import { type Sealed, seal } from '../changeset/seal.ts';
import { beginSync } from '../libc/file-calls.ts';
import { type ClusterChanges, clusterChanges } from '../pmxcfs/cluster-changes.ts';
import { PMXCFS } from '../pmxcfs/mount.ts';
import type { NotRun, Outcome, Seen } from '../sandbox/outcome.ts';
import { rehearse } from '../sandbox/rehearse.ts';
import type { RehearsalOptions, Script } from '../sandbox/script.ts';
import { discard } from '../sandbox/store.ts';
import { mountAt } from './host-mounts.ts';

/** A script as it was rehearsed: what it changed, sealed and explained, and what it asked of the host beside that. */
export type ScriptPlan = {
  readonly sealed: Sealed;
  readonly explained: Explained;
  readonly mounts: readonly Mount[];
  /** Exit code of the script; others than 0 mean that it gave up somewhere, and what it changed until then is shown. */
  readonly code: number;
  /** Files of key material that it changed without having seen them: what they would hold cannot be told, so it is left out. */
  readonly withheld: readonly BytePath[];
  readonly seen: Omit<Seen, 'layers' | 'known' | 'cluster' | 'folder'>;
};

/** Why there is no plan. The host is untouched whichever it is. */
export type NoScriptPlan =
  | ({ readonly plan: 'not-run' } & NotRun)
  | { readonly plan: 'stopped'; readonly by: Extract<Outcome, { outcome: 'stopped' }>['by'] }
  | { readonly plan: 'no-change-set'; readonly problem: ChangeProblem };

const mountsOf = ({ layers, cluster }: Seen): readonly Mount[] => [
  ...layers.map(({ mount }) => mountAt(mount)),
  ...(cluster ? [mountAt(PMXCFS)] : []),
];

/** Larger contents are never drawn, and dpkg's own books stay well below (bytes). */
const LARGEST_READ = 64 * 2 ** 20;

const read = (path: string | Buffer): Buffer | null => {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= LARGEST_READ ? readFileSync(path) : null;
};

const contentsOf =
  (root: string, { content }: Scanned): ContentOf =>
  ({ path, before, after }: Change, side) => {
    if (side === 'before')
      return before?.type === 'file' ? read(Buffer.from(join(root, path), 'latin1')) : null;
    const kept = after?.type === 'file' ? content.get(after.sha256) : undefined;
    return kept ? read(kept) : null;
  };

const noCluster: ClusterChanges = { changes: [], content: new Map(), withheld: [] };

const scanned = (seen: Seen): Result<ClusterChanges, ChangeProblem> => {
  const found = scan(seen.layers, CAPS, seen.known);
  if (!found.ok) return found;
  const cluster = seen.cluster ? clusterChanges(seen.cluster, join(seen.folder, 'contents')) : noCluster;
  const changes = [...found.value.changes, ...cluster.changes].sort(byPath);
  const isThere = seen.cluster !== null || seen.layers.some(({ mount }) => mount === PMXCFS);
  const held = isThere ? asPmxcfs(changes, PMXCFS) : ok(changes);
  if (!held.ok) return held;
  const content = new Map([...found.value.content, ...cluster.content]);
  return ok({ ...found.value, changes: held.value, content, withheld: cluster.withheld });
};

const planned = (
  seen: Extract<Outcome, { outcome: 'ran' }>,
  root: string,
  store: string,
): Result<ScriptPlan, NoScriptPlan> => {
  const found = scanned(seen);
  if (!found.ok) return no({ plan: 'no-change-set', problem: found.error });
  const { changes, withheld } = found.value;
  const sealed = seal(store, found.value);
  if (!sealed.ok) return no({ plan: 'no-change-set', problem: sealed.error });
  const explained = explain(changes, contentsOf(root, found.value));
  return ok({ sealed: sealed.value, explained, mounts: mountsOf(seen), code: seen.code, withheld, seen });
};

/**
 * Rehearses a script over an overlay of the host and keeps what it changed below `store`. What lies there is all that is
 * applied later: the script itself is not run again. Throws where the machine is broken.
 */
export const planScript = async (
  script: Script,
  options: RehearsalOptions,
  store: string,
): Promise<Result<ScriptPlan, NoScriptPlan>> => {
  const outcome = await rehearse(script, options);
  if (outcome.outcome === 'refused') return no({ plan: 'not-run', why: outcome.why, detail: outcome.detail });
  try {
    if (outcome.outcome === 'stopped') return no({ plan: 'stopped', by: outcome.by });
    // While its contents are hashed they go to the disk, where they are to be before there is a plan.
    const written = beginSync(outcome.folder);
    const plan = planned(outcome, options.root, store);
    await written;
    return plan;
  } finally {
    await discard(outcome.folder);
  }
};
