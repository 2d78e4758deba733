import type { ApiCall } from '#policies/effect';

const GUEST = /^\/nodes\/([^/]+)\/(qemu|lxc)\/(\d+)(\/.*)?$/;

/** Task types of guest calls after their "qm" or "vz" (seen on PVE 8.4; a qemu suspend without todisk is "qmpause"). */
const VERBS: readonly (readonly [method: string, path: RegExp, type: string])[] = [
  ['POST', /^\/status\/(start|stop|shutdown|reboot|suspend|resume)$/, '$1'],
  ['POST', /^\/snapshot$/, 'snapshot'],
  ['DELETE', /^\/snapshot\/[^/]+$/, 'delsnapshot'],
  ['POST', /^\/snapshot\/[^/]+\/rollback$/, 'rollback'],
  ['POST', /^\/migrate$/, 'migrate'],
  ['DELETE', /^$/, 'destroy'],
  ['POST', /^\/config$/, 'config'],
];

/** What the task of a call looks like in a node's list. `id` as in the UPID; null = not said by the call. */
export type TaskTraits = {
  readonly node: string;
  readonly types: readonly string[];
  readonly id: string | null;
};

const guestTask = (method: string, path: string): TaskTraits | undefined => {
  const [, node, kind, id, rest = ''] = GUEST.exec(path) ?? [];
  if (node === undefined || id === undefined) return undefined;
  const place = { node: decodeURIComponent(node), id };
  if (rest === '/resize') return { ...place, types: ['resize'] };
  const row = VERBS.find(([verb, shape]) => verb === method && shape.test(rest));
  if (!row) return undefined;
  const name = rest.replace(row[1], row[2]);
  const types = kind === 'qemu' ? [`qm${name}`] : [`vz${name}`];
  return { ...place, types: types[0] === 'qmsuspend' ? ['qmpause', 'qmsuspend'] : types };
};

/** What to look for when a call was sent and its task's number never came back; undefined where calls start no task. */
export const taskTraits = ({ method, path, params }: ApiCall): TaskTraits | undefined => {
  const backup = /^\/nodes\/([^/]+)\/vzdump$/.exec(path)?.[1];
  if (backup !== undefined)
    return { node: decodeURIComponent(backup), types: ['vzdump'], id: params['vmid'] ?? null };
  const service = /^\/nodes\/([^/]+)\/services\/([^/]+)\/(restart|reload|start|stop)$/.exec(path);
  if (service?.[1] !== undefined && service[2] !== undefined)
    return {
      node: decodeURIComponent(service[1]),
      types: [`srv${service[3]}`],
      id: decodeURIComponent(service[2]),
    };
  return guestTask(method, path);
};
