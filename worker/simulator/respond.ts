import { authenticate } from './authenticate.ts';
import type { Cluster } from './cluster.ts';
import { badParameters, Failure } from './failure.ts';
import { offlineSince } from './faults.ts';
import { type Parameters, schemaOf, validate } from './parameters.ts';
import type { Answer, Call, Method } from './route.ts';
import { findRoute } from './routes.ts';

/** A request before anything of it was checked. */
export type Incoming = {
  readonly method: Method;
  /** Without `/api2/json` and query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly parameters: Parameters;
};

/** `body` undefined is an empty one without content type. */
export type Outgoing = { readonly status: number; readonly reason: string; readonly body?: object };

/** Open to everyone (`permissions: { user: 'world' }` in the schema). */
const WORLD = new Set(['GET /access/domains']);

const notImplemented = ({ method, path }: Incoming): Outgoing => {
  const message = `Method '${method} ${decodeURIComponent(path)}' not implemented`;
  return { status: 501, reason: message, body: { data: null, message } };
};

/** The request would be passed on to that node: an unknown or a lost one is noticed here. */
const checkNode = (cluster: Cluster, node: string | undefined): Outgoing | undefined => {
  if (node === undefined || node === 'localhost') return undefined;
  if (!cluster.world.nodes.has(node))
    throw new Failure(
      `hostname lookup '${node}' failed - failed to get address info for: ${node}: Temporary failure in name resolution`,
    );
  return offlineSince(cluster.faults, node) === undefined
    ? undefined
    : { status: 595, reason: 'No route to host' };
};

const refuseDuplicates = (bound: Parameters, parameters: Parameters): void => {
  for (const name of Object.keys(bound))
    if (name in parameters) throw badParameters({ [name]: `duplicate parameter` });
};

/** Options that not even a token of root@pam may use. */
const ROOT_OPTIONS = ['skiplock', 'stateuri', 'migratedfrom', 'migration_network'];

const refuseRootOptions = (parameters: Parameters): void => {
  for (const name of ROOT_OPTIONS)
    if (name in parameters) throw badParameters({ [name]: 'Only root may use this option.' });
};

const identify = (cluster: Cluster, request: Incoming): Call['who'] =>
  WORLD.has(`${request.method} ${request.path}`) && request.authorization === undefined
    ? { userid: 'nobody' }
    : authenticate(cluster, request.authorization);

/** Authentication, route, node, permission, parameters, handler: the order of `PVE::HTTPServer`. */
const handle = (cluster: Cluster, request: Incoming): Answer | Outgoing => {
  const who = identify(cluster, request);
  const found = findRoute(request.method, request.path);
  if (found === undefined) return notImplemented(request);
  const { route, bound } = found;
  refuseDuplicates(bound, request.parameters);
  const parameters = { ...request.parameters, ...bound };
  const lost = checkNode(cluster, bound.node);
  if (lost !== undefined) return lost;
  route.permission({ cluster, who, parameters });
  const checked = validate(schemaOf(`${route.method} ${route.path}`), parameters);
  refuseRootOptions(checked);
  return route.handler({ cluster, who, parameters: checked });
};

const refusal = (failure: Failure): Outgoing => {
  const reason = failure.message.split('\n')[0] ?? '';
  if (failure.status === 401) return { status: 401, reason };
  const errors = failure.errors === undefined ? {} : { errors: failure.errors };
  return { status: failure.status, reason, body: { data: null, message: `${failure.message}\n`, ...errors } };
};

/** One request answered; a Failure becomes its status, anything else is a defect of the simulator. */
export const respond = (cluster: Cluster, request: Incoming): Outgoing => {
  try {
    const result = handle(cluster, request);
    return 'status' in result ? result : { status: 200, reason: 'OK', body: result };
  } catch (error) {
    if (error instanceof Failure) return refusal(error);
    throw error;
  }
};
