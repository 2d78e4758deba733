import type { World } from '#worker/simulator/world';

/** One call per served route, against the demo world. Later calls meet what earlier ones did. */
export type Example = {
  /** The row of the table, `GET /nodes/{node}/status`. */
  readonly route: string;
  readonly values: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
};

const VM = { node: 'pve1', vmid: '101' };
const CT = { node: 'pve1', vmid: '200' };
const STOPPED_CT = { node: 'pve1', vmid: '201' };

const simple = (routes: string, values: Readonly<Record<string, string>> = {}): Example[] =>
  routes
    .trim()
    .split('\n')
    .map((route) => ({ route: route.trim(), values }));

/** The examples; a backup of 100 and a past task are looked up in the world. */
export const examplesFor = (world: World): Example[] => {
  const task = world.tasks[0];
  const backup = world.backups.find((candidate) => candidate.vmid === 100);
  if (task === undefined || backup === undefined) throw new Error('the demo has a task and a backup of 100');
  const at = { node: task.node, upid: task.upid };
  const storage = { node: 'pve1', storage: 'backup' };
  const volume = { ...storage, volume: `backup:backup/${backup.file}` };
  const snapshot = { ...VM, snapname: 'before' };
  const ctSnapshot = { ...STOPPED_CT, snapname: 'before' };
  return [
    ...simple(`
      GET /version
      GET /cluster/resources
      GET /cluster/status
      GET /cluster/tasks
      GET /cluster/backup
      GET /cluster/backup-info/not-backed-up
      GET /cluster/ha/status/current
      GET /cluster/ha/resources
      GET /cluster/options
      GET /cluster/nextid
      GET /access/permissions
      GET /access/acl
      GET /access/roles
      GET /access/users
      GET /access/groups
      GET /access/domains
      GET /nodes
      GET /storage
      GET /pools`),
    ...simple(
      `
      GET /nodes/{node}/status
      GET /nodes/{node}/version
      GET /nodes/{node}/qemu
      GET /nodes/{node}/lxc
      GET /nodes/{node}/tasks
      GET /nodes/{node}/storage
      GET /nodes/{node}/services
      GET /nodes/{node}/disks/list`,
      { node: 'pve1' },
    ),
    ...simple('GET /cluster/backup/{id}\nGET /cluster/backup/{id}/included_volumes', { id: 'nightly' }),
    ...simple('GET /access/roles/{roleid}', { roleid: 'PVEAuditor' }),
    { route: 'POST /access/groups', values: {}, form: { groupid: 'ops', comment: 'operators' } },
    { route: 'POST /access/roles', values: {}, form: { roleid: 'Ops', privs: 'VM.Audit,VM.PowerMgmt' } },
    { route: 'POST /access/users', values: {}, form: { userid: 'ada@pve', groups: 'ops' } },
    { route: 'PUT /access/acl', values: {}, form: { path: '/vms', roles: 'Ops', groups: 'ops' } },
    ...simple('DELETE /access/users/{userid}', { userid: 'ada@pve' }),
    ...simple('DELETE /access/groups/{groupid}', { groupid: 'ops' }),
    ...simple('DELETE /access/roles/{roleid}', { roleid: 'Ops' }),
    { route: 'POST /nodes/{node}/status', values: { node: 'pve3' }, form: { command: 'reboot' } },
    ...simple('GET /pools/{poolid}', { poolid: 'customers' }),
    ...simple('GET /storage/{storage}', { storage: 'backup' }),
    ...simple('GET /nodes/{node}/services/{service}/state\nPOST /nodes/{node}/services/{service}/restart', {
      node: 'pve1',
      service: 'pveproxy',
    }),
    ...simple(
      'GET /nodes/{node}/tasks/{upid}/status\nGET /nodes/{node}/tasks/{upid}/log\nDELETE /nodes/{node}/tasks/{upid}',
      at,
    ),
    ...simple(
      'GET /nodes/{node}/storage/{storage}/status\nGET /nodes/{node}/storage/{storage}/content\nGET /nodes/{node}/storage/{storage}/prunebackups',
      storage,
    ),
    ...simple('GET /nodes/{node}/storage/{storage}/content/{volume}', volume),
    {
      route: 'PUT /nodes/{node}/storage/{storage}/content/{volume}',
      values: volume,
      form: { notes: 'kept' },
    },
    ...simple('DELETE /nodes/{node}/storage/{storage}/content/{volume}', volume),
    { route: 'DELETE /nodes/{node}/storage/{storage}/prunebackups', values: storage, form: { vmid: '100' } },
    {
      route: 'POST /nodes/{node}/vzdump',
      values: { node: 'pve1' },
      form: { vmid: '102', storage: 'backup' },
    },
    ...simple(
      `
      GET /nodes/{node}/qemu/{vmid}/status
      GET /nodes/{node}/qemu/{vmid}/status/current
      GET /nodes/{node}/qemu/{vmid}/config
      GET /nodes/{node}/qemu/{vmid}/pending
      GET /nodes/{node}/qemu/{vmid}/snapshot
      GET /nodes/{node}/qemu/{vmid}/migrate`,
      VM,
    ),
    { route: 'PUT /nodes/{node}/qemu/{vmid}/config', values: VM, form: { memory: '2048', delete: 'onboot' } },
    { route: 'POST /nodes/{node}/qemu/{vmid}/config', values: VM, form: { tags: 'b,a' } },
    { route: 'PUT /nodes/{node}/qemu/{vmid}/resize', values: VM, form: { disk: 'scsi0', size: '+1G' } },
    { route: 'POST /nodes/{node}/qemu/{vmid}/snapshot', values: VM, form: { snapname: 'before' } },
    ...simple('GET /nodes/{node}/qemu/{vmid}/snapshot/{snapname}/config', snapshot),
    {
      route: 'PUT /nodes/{node}/qemu/{vmid}/snapshot/{snapname}/config',
      values: snapshot,
      form: { description: 'x' },
    },
    ...simple(
      'POST /nodes/{node}/qemu/{vmid}/snapshot/{snapname}/rollback\nDELETE /nodes/{node}/qemu/{vmid}/snapshot/{snapname}',
      snapshot,
    ),
    ...simple('POST /nodes/{node}/qemu/{vmid}/status/start', VM),
    ...['suspend', 'resume', 'reset', 'reboot', 'shutdown', 'stop'].map((verb) => ({
      route: `POST /nodes/{node}/qemu/{vmid}/status/${verb}`,
      values: { node: 'pve1', vmid: '102' },
    })),
    {
      route: 'POST /nodes/{node}/qemu/{vmid}/migrate',
      values: { node: 'pve2', vmid: '103' },
      form: { target: 'pve3' },
    },
    ...simple('DELETE /nodes/{node}/qemu/{vmid}', { node: 'pve3', vmid: '121' }),
    ...simple(
      'GET /nodes/{node}/lxc/{vmid}/status/current\nGET /nodes/{node}/lxc/{vmid}/config\nGET /nodes/{node}/lxc/{vmid}/pending\nGET /nodes/{node}/lxc/{vmid}/snapshot',
      CT,
    ),
    { route: 'PUT /nodes/{node}/lxc/{vmid}/config', values: CT, form: { memory: '1024' } },
    { route: 'PUT /nodes/{node}/lxc/{vmid}/resize', values: CT, form: { disk: 'rootfs', size: '+1G' } },
    { route: 'POST /nodes/{node}/lxc/{vmid}/snapshot', values: STOPPED_CT, form: { snapname: 'before' } },
    ...simple('GET /nodes/{node}/lxc/{vmid}/snapshot/{snapname}/config', ctSnapshot),
    {
      route: 'PUT /nodes/{node}/lxc/{vmid}/snapshot/{snapname}/config',
      values: ctSnapshot,
      form: { description: 'x' },
    },
    ...simple(
      'POST /nodes/{node}/lxc/{vmid}/snapshot/{snapname}/rollback\nDELETE /nodes/{node}/lxc/{vmid}/snapshot/{snapname}',
      ctSnapshot,
    ),
    ...['suspend', 'reboot', 'shutdown', 'start', 'stop'].map((verb) => ({
      route: `POST /nodes/{node}/lxc/{vmid}/status/${verb}`,
      values: CT,
    })),
    ...simple('POST /nodes/{node}/lxc/{vmid}/status/resume', CT),
    { route: 'POST /nodes/{node}/lxc/{vmid}/migrate', values: STOPPED_CT, form: { target: 'pve2' } },
    ...simple('DELETE /nodes/{node}/lxc/{vmid}', { node: 'pve2', vmid: '201' }),
  ];
};
