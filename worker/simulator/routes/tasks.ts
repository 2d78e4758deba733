import type { Cluster } from '../cluster.ts';
import { badParameters, forbidden } from '../failure.ts';
import { type Answer, anyone, type Call, holds, type Route, required } from '../route.ts';
import { stopTask } from '../tasks.ts';
import type { Task } from '../world.ts';

const UPID =
  /^UPID:([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+):$/;

const owns = (call: Call, task: { user: string; tokenid?: string }): boolean =>
  call.who.tokenid === undefined
    ? task.user === call.who.userid
    : call.who.tokenid === `${task.user}!${task.tokenid ?? ''}`;

const ownerIn = (upid: string): { user: string; tokenid?: string } => {
  const [user = '', tokenid] = (UPID.exec(upid)?.[8] ?? '').split('!');
  return tokenid === undefined ? { user } : { user, tokenid };
};

/** Own tasks always; those of others with the privilege on the node. */
const mayTouch = (call: Call, privilege: string): string => {
  const upid = required(call, 'upid');
  if (!UPID.test(upid)) throw badParameters({ upid: 'unable to parse worker upid' });
  const node = required(call, 'node');
  if (!owns(call, ownerIn(upid)) && !holds(call, `/nodes/${node}`, privilege))
    throw forbidden(`/nodes/${node}, ${privilege}`);
  return upid;
};

const taskOn = (cluster: Cluster, node: string, upid: string): Task | undefined =>
  cluster.world.tasks.find((task) => task.upid === upid && task.node === node);

const found = (call: Call, privilege: string): Task => {
  const upid = mayTouch(call, privilege);
  const task = taskOn(call.cluster, required(call, 'node'), upid);
  if (task === undefined) throw badParameters({ upid: 'no such task' });
  return task;
};

const about = (task: Task) => ({
  upid: task.upid,
  node: task.node,
  type: task.type,
  id: task.id,
  user: task.user,
  starttime: Math.floor(task.startedAt / 1000),
  ...(task.tokenid === undefined ? {} : { tokenid: task.tokenid }),
});

const process = (task: Task) => ({ pid: task.pid, pstart: task.pstart });

const status = (call: Call): Answer => {
  const task = found(call, 'Sys.Audit');
  const state =
    task.end === undefined ? { status: 'running' } : { status: 'stopped', exitstatus: task.end.exitstatus };
  return { data: { ...about(task), ...process(task), ...state } };
};

/** A task of another node: 200, one line, and `data` is an object. */
const log = (call: Call): Answer => {
  const upid = mayTouch(call, 'Sys.Audit');
  const task = taskOn(call.cluster, required(call, 'node'), upid);
  if (task === undefined)
    return { data: { n: 1, t: 'unable to open file - No such file or directory' }, total: 1 };
  const start = Number(call.parameters.start ?? 0);
  const limit = Number(call.parameters.limit ?? 50);
  const lines = task.log.map((text, at) => ({ n: at + 1, t: text }));
  return { data: limit === 0 ? lines.slice(start) : lines.slice(start, start + limit), total: lines.length };
};

const stop = (call: Call): Answer => {
  stopTask(call.cluster, found(call, 'Sys.Modify'));
  return { data: null };
};

const ended = (task: Task) =>
  task.end === undefined ? {} : { endtime: Math.floor(task.end.at / 1000), status: task.end.exitstatus };

const kindOf = (task: Task): string => {
  const exit = task.end?.exitstatus ?? 'RUNNING';
  if (exit === 'OK') return 'ok';
  return exit.startsWith('WARNINGS:') ? 'warning' : 'error';
};

/** Whether a task stays in the list when the parameter has this value; `since` and `until` in seconds since 1970. */
const FILTERS: { readonly [parameter: string]: (task: Task, value: string) => boolean } = {
  source: (task, source) => source === 'all' || (source === 'active') === (task.end === undefined),
  typefilter: (task, type) => task.type === type,
  vmid: (task, id) => task.id === id,
  userfilter: (task, part) => `${task.user}!${task.tokenid ?? ''}`.includes(part),
  since: (task, seconds) => task.startedAt / 1000 >= Number(seconds),
  until: (task, seconds) => task.startedAt / 1000 <= Number(seconds),
  errors: (task, only) => only !== '1' || kindOf(task) === 'error',
  statusfilter: (task, kinds) => kinds.split(',').includes(kindOf(task)),
};

const wanted = (call: Call, task: Task): boolean =>
  Object.entries({ source: 'archive', ...call.parameters }).every(
    ([parameter, value]) => FILTERS[parameter]?.(task, value) ?? true,
  );

/** A running task is read from another file: `saved` is "0" and the token is part of `user`. */
const activeRow = (task: Task) => {
  const { tokenid, user, ...rest } = about(task);
  const owner = tokenid === undefined ? user : `${user}!${tokenid}`;
  return { ...rest, ...process(task), user: owner, saved: '0', status: 'RUNNING' };
};

const nodeRow = (task: Task) =>
  task.end === undefined ? activeRow(task) : { ...about(task), ...process(task), ...ended(task) };

const nodeList = (call: Call): Answer => {
  const node = required(call, 'node');
  const all = holds(call, `/nodes/${node}`, 'Sys.Audit');
  const rows = call.cluster.world.tasks.filter(
    (task) => task.node === node && (all || owns(call, task)) && wanted(call, task),
  );
  const start = Number(call.parameters.start ?? 0);
  const limit = Number(call.parameters.limit ?? 50);
  return {
    data: rows.slice(start, start + limit).map(nodeRow),
    ...(rows.length === 0 ? {} : { total: rows.length }),
  };
};

const clusterRow = (task: Task) =>
  task.end === undefined ? { ...about(task), pid: task.pid } : { ...about(task), ...ended(task), saved: '1' };

/** Recent tasks of all nodes; a token does not even see its own here without Sys.Audit on /. */
const clusterList = (call: Call): Answer => {
  if (!holds(call, '/', 'Sys.Audit') && call.who.tokenid !== undefined) return { data: [] };
  const all = holds(call, '/', 'Sys.Audit');
  const rows = call.cluster.world.tasks
    .filter((task) => all || owns(call, task))
    .slice(0, 25 * call.cluster.world.nodes.size);
  return { data: rows.map(clusterRow) };
};

export const TASK_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/cluster/tasks', permission: anyone, handler: clusterList },
  { method: 'GET', path: '/nodes/{node}/tasks', permission: anyone, handler: nodeList },
  { method: 'GET', path: '/nodes/{node}/tasks/{upid}/status', permission: anyone, handler: status },
  { method: 'GET', path: '/nodes/{node}/tasks/{upid}/log', permission: anyone, handler: log },
  { method: 'DELETE', path: '/nodes/{node}/tasks/{upid}', permission: anyone, handler: stop },
];
