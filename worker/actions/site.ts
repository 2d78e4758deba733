import { NodeName } from '#policies/ids';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Resources } from '../inventory/answer.ts';
import type { Need } from '../proxmox/privileges.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import { orRefusal } from './refused.ts';

/** Whether the site may write its configuration; `unknown` where the reader may not look. */
export type QuorumState = 'yes' | 'no' | 'standalone' | 'unknown';

/** A task that runs on a guest or node right now. */
export type RunningTask = { readonly type: string; readonly upid: string };

/** Quorum as /cluster/status tells it: a standalone node has no cluster row. */
export const readQuorum = async (proxmox: Proxmox): Promise<Result<QuorumState, WorkerRefusal>> => {
  const status = await proxmox.clusterStatus();
  if (!status.ok) return status.error.kind === 'forbidden' ? ok('unknown') : orRefusal(status);
  const cluster = status.value.find((row) => row.type === 'cluster');
  if (cluster === undefined) return ok('standalone');
  return ok(cluster.quorate ? 'yes' : 'no');
};

/** The node's row, and whether the site can talk to it. */
export const readNode = (
  resources: Resources,
  name: string,
): { readonly node: NodeName; readonly online: boolean } | null => {
  const row = resources.find((resource) => resource.type === 'node' && resource.node === name);
  if (row?.type !== 'node') return null;
  return { node: NodeName.parse(row.node), online: row.status === 'online' };
};

/** The refusal to plan anything for a node that the site cannot talk to. */
export const nodeOffline = (node: string): WorkerRefusal => ({
  no: 'checks-failed',
  checks: [{ check: 'target-node', state: 'stop', facts: { node, online: false } }],
});

type Rights = Pick<Proxmox, 'actorPermissions'>;

const rightsAt = async (proxmox: Rights, path: string): Promise<Result<Set<string>, WorkerRefusal>> => {
  const rights = orRefusal(await proxmox.actorPermissions(path));
  return rights.ok ? ok(new Set(Object.keys(rights.value[path] ?? {}))) : rights;
};

/**
 * The first right that the actor lacks, as a refusal; null when it may do it all. Every path is asked for by itself: the
 * list of all paths leaves out those without any right, which then look inherited (PVE 8.4).
 */
export const missingRight = async (
  proxmox: Rights,
  needs: readonly Need[],
): Promise<WorkerRefusal | null> => {
  const paths = [...new Set(needs.map(({ path }) => path))];
  const rights = await Promise.all(paths.map((path) => rightsAt(proxmox, path)));
  for (const { path, anyOf } of needs) {
    const held = rights[paths.indexOf(path)];
    if (held?.ok === false) return held.error;
    if (!anyOf.some((privilege) => held?.value.has(privilege)))
      return { no: 'forbidden-by-proxmox', path, privilege: anyOf.join('|') };
  }
  return null;
};

/** All answers, or the first refusal among them. */
export const allOk = async <T extends readonly unknown[]>(
  ...asked: { readonly [K in keyof T]: Promise<Result<T[K], WorkerRefusal>> }
): Promise<Result<T, WorkerRefusal>> => {
  const answers = await Promise.all(asked);
  const values: unknown[] = [];
  for (const answer of answers) {
    if (!answer.ok) return no(answer.error);
    values.push(answer.value);
  }
  // One value per promise, in its place: exactly the tuple T.
  return ok(values as unknown as T);
};
