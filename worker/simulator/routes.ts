import type { Method, Route } from './route.ts';
import { ACCESS_ROUTES } from './routes/access.ts';
import { ACCESS_WRITES } from './routes/access-writes.ts';
import { ARCHIVE_ROUTES } from './routes/archives.ts';
import { BACKUP_ROUTES } from './routes/backup.ts';
import { CLUSTER_ROUTES } from './routes/cluster.ts';
import { CONFIG_ROUTES } from './routes/config.ts';
import { LIFECYCLE_ROUTES } from './routes/lifecycle.ts';
import { NODE_ROUTES } from './routes/nodes.ts';
import { POOL_ROUTES } from './routes/pools.ts';
import { POWER_ROUTES } from './routes/power.ts';
import { SNAPSHOT_ROUTES } from './routes/snapshot.ts';
import { STORAGE_ROUTES } from './routes/storage.ts';
import { TASK_ROUTES } from './routes/tasks.ts';

/** Everything that the simulator serves, one row per method and path of the API schema. */
export const ROUTES: readonly Route[] = [
  ...ACCESS_ROUTES,
  ...ACCESS_WRITES,
  ...CLUSTER_ROUTES,
  ...POOL_ROUTES,
  ...NODE_ROUTES,
  ...TASK_ROUTES,
  ...STORAGE_ROUTES,
  ...ARCHIVE_ROUTES,
  ...BACKUP_ROUTES,
  ...POWER_ROUTES,
  ...CONFIG_ROUTES,
  ...SNAPSHOT_ROUTES,
  ...LIFECYCLE_ROUTES,
];

type Segments = readonly string[];
type Compiled = { readonly route: Route; readonly segments: Segments };

const COMPILED = ROUTES.map((route): Compiled => ({ route, segments: route.path.split('/').slice(1) }));

const bind = (segments: Segments, path: Segments): Record<string, string> | undefined => {
  if (segments.length !== path.length) return undefined;
  const bound: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const value = path[at] ?? '';
    if (segment.startsWith('{')) bound[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return bound;
};

/** The route of a path without `/api2/json`, and the values of its placeholders. */
export const findRoute = (
  method: Method,
  path: string,
): { route: Route; bound: Record<string, string> } | undefined => {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  for (const { route, segments } of COMPILED) {
    if (route.method !== method) continue;
    const bound = bind(segments, parts);
    if (bound !== undefined) return { route, bound };
  }
  return undefined;
};
