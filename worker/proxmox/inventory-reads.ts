import type { Read } from './read.ts';
import { api } from './request.ts';
import * as shape from './schemas.ts';

/** Which rows of a node's task history to read. Times in s since 1970. */
export type TaskFilter = {
  readonly source?: 'archive' | 'active' | 'all';
  readonly typefilter?: string;
  readonly statusfilter?: string;
  readonly vmid?: number;
  readonly since?: number;
  readonly limit?: number;
};

/** What a site has. None of these costs a request per guest. */
export const inventoryReads = (read: Read) => ({
  version: () => read('/version', shape.Version),
  resources: () => read('/cluster/resources', shape.Resources),
  clusterStatus: () => read('/cluster/status', shape.ClusterStatus),
  clusterOptions: () => read('/cluster/options', shape.ClusterOptions),
  recentTasks: () => read('/cluster/tasks', shape.TaskRows),
  nodeTasks: (node: string, filter: TaskFilter = {}) =>
    read(api`/nodes/${node}/tasks`, shape.TaskRows, filter),
  backupJobs: () => read('/cluster/backup', shape.BackupJobs),
  guestsWithoutBackupJob: () => read('/cluster/backup-info/not-backed-up', shape.NotBackedUp),
  /** A GET is the dry run; it shows every archive to Datastore.Audit, which the content list hides. */
  backups: (node: string, storage: string) =>
    read(api`/nodes/${node}/storage/${storage}/prunebackups`, shape.PruneRows, {
      'prune-backups': 'keep-all=1',
    }),
  haStatus: () => read('/cluster/ha/status/current', shape.HaStatus),
  nodeStatus: (node: string) => read(api`/nodes/${node}/status`, shape.NodeStatus),
  services: (node: string) => read(api`/nodes/${node}/services`, shape.ServiceRows),
  storages: (node: string) => read(api`/nodes/${node}/storage`, shape.StorageRows),
  storageStatus: (node: string, storage: string) =>
    read(api`/nodes/${node}/storage/${storage}/status`, shape.StorageStatus),
});
