import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { z } from 'zod';
import * as shape from '#worker/proxmox/schemas';

export type Recorded = {
  readonly token: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly reason: string;
  readonly response: unknown;
};

const root = resolve(import.meta.dirname, '../../..');
const shared = resolve(process.env['QUORATE_SHARED'] ?? resolve(root, '../shared'), 'pve/cassettes');
const stories = ['inventory', 'power', 'snapshot', 'backup', 'config', 'access'];

const linesOf = (file: string): Recorded[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** A few recorded answers that a clone carries. */
export const excerpt = (): Recorded[] => linesOf(resolve(root, 'test/fixture/pve-client/excerpt.jsonl'));

/** Every recorded answer, or undefined where the recordings are not at hand. */
export const recordings = (): Recorded[] | undefined =>
  existsSync(shared) ? stories.flatMap((story) => linesOf(resolve(shared, `${story}.jsonl`))) : undefined;

/** Which schema reads which path. */
export const schemas: readonly (readonly [RegExp, z.ZodType])[] = [
  [/^\/cluster\/resources$/, shape.Resources],
  [/^\/cluster\/status$/, shape.ClusterStatus],
  [/^\/cluster\/tasks$|^\/nodes\/[^/]+\/tasks$/, shape.TaskRows],
  [/\/tasks\/UPID[^/]*\/status$/, shape.TaskStatus],
  [/\/tasks\/UPID[^/]*\/log$/, shape.TaskLog],
  [/\/(qemu|lxc)\/\d+\/config$/, shape.GuestConfig],
  [/\/(qemu|lxc)\/\d+\/pending$/, shape.PendingRows],
  [/\/(qemu|lxc)\/\d+\/snapshot$/, shape.SnapshotRows],
  [/\/(qemu|lxc)\/\d+\/status\/current$/, shape.GuestStatus],
  [/^\/cluster\/backup$/, shape.BackupJobs],
  [/not-backed-up$/, shape.NotBackedUp],
  [/\/prunebackups$/, shape.PruneRows],
  [/^\/nodes\/[^/]+\/storage$/, shape.StorageRows],
  [/\/storage\/[^/]+\/status$/, shape.StorageStatus],
  [/\/ha\/status\/current$/, shape.HaStatus],
  [/^\/nodes\/[^/]+\/services$/, shape.ServiceRows],
  [/^(\/nodes\/[^/]+)?\/version$/, shape.Version],
  [/^\/nodes\/[^/]+\/status$/, shape.NodeStatus],
  [/^\/access\/permissions$/, shape.Permissions],
];

/** The path below `/api2/json`, without query. */
export const plainPath = (path: string): string => path.replace('/api2/json', '').replace(/\?.*/s, '');
