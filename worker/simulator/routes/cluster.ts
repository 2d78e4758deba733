import { clusterStatus, nodeRow, storageResource } from '../cluster-rows.ts';
import { badParameters } from '../failure.ts';
import { hasQuorum } from '../faults.ts';
import { resourceRow } from '../guest-rows.ts';
import { type Answer, anyone, type Call, holds, need, type Route } from '../route.ts';

/** The pool of a guest is named to those who may audit the pool. */
const withoutHiddenPool = (call: Call, row: ReturnType<typeof resourceRow>) => {
  const { pool, ...rest } = row;
  return pool === undefined || !holds(call, `/pool/${pool}`, 'Pool.Audit') ? rest : row;
};

const guestRows = (call: Call) =>
  [...call.cluster.world.guests.values()]
    .filter((guest) => holds(call, `/vms/${guest.vmid}`, 'VM.Audit'))
    .map((guest) => withoutHiddenPool(call, resourceRow(call.cluster, guest)));

const nodeRows = (call: Call) =>
  [...call.cluster.world.nodes.values()].map((node) => ({
    ...nodeRow(call.cluster, node, holds(call, `/nodes/${node.name}`, 'Sys.Audit')),
    'cgroup-mode': 2,
  }));

const storageRows = (call: Call) =>
  [...call.cluster.world.storages.values()]
    .filter((storage) => holds(call, `/storage/${storage.id}`, 'Datastore.Audit'))
    .flatMap((storage) =>
      [...call.cluster.world.nodes.keys()].map((node) => storageResource(call.cluster, storage, node)),
    );

const sdnRows = (call: Call) =>
  holds(call, '/sdn/zones/localnetwork', 'SDN.Audit')
    ? [...call.cluster.world.nodes.keys()].map((node) => ({
        id: `sdn/${node}/localnetwork`,
        type: 'sdn',
        sdn: 'localnetwork',
        status: 'ok',
        node,
      }))
    : [];

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const poolRows = (call: Call) =>
  [...call.cluster.world.pools.values()]
    .filter((pool) => holds(call, `/pool/${pool.id}`, 'Pool.Audit'))
    .map((pool) => {
      const rows = guestRows(call).filter((row) => pool.vmids.has(row.vmid));
      const total = (key: string): number =>
        sum(rows.map((row) => Number(Object.entries(row).find(([name]) => name === key)?.[1] ?? 0)));
      const figures = {
        cpu: total('cpu'),
        maxcpu: total('maxcpu'),
        mem: total('mem'),
        maxmem: total('maxmem'),
      };
      return { id: `/pool/${pool.id}`, type: 'pool', pool: pool.id, uptime: total('uptime'), ...figures };
    });

const SOURCES: Record<string, (call: Call) => readonly object[]> = {
  vm: guestRows,
  node: nodeRows,
  storage: storageRows,
  sdn: sdnRows,
};

const resources = (call: Call): Answer => {
  const { type } = call.parameters;
  const sources = type === undefined ? [poolRows, ...Object.values(SOURCES)] : [SOURCES[type] ?? (() => [])];
  return { data: sources.flatMap((source) => source(call)) };
};

const nextId = (call: Call): Answer => {
  const { guests } = call.cluster.world;
  const { vmid } = call.parameters;
  if (vmid !== undefined && guests.has(Number(vmid)))
    throw badParameters({ vmid: `VM ${vmid} already exists` });
  if (vmid !== undefined) return { data: vmid };
  let id = 100;
  while (guests.has(id)) id += 1;
  return { data: String(id) };
};

const haStatus = (call: Call): Answer => {
  const quorate = Number(hasQuorum(call.cluster.faults));
  const status = quorate === 1 ? 'OK' : 'No quorum on node';
  const quorum = { id: 'quorum', type: 'quorum', node: call.cluster.local, quorate, status };
  const services = call.cluster.world.haResources.map((resource) => ({
    id: `service:${resource.sid}`,
    type: 'service',
    sid: resource.sid,
    node: nodeOf(call, resource.sid),
    state: resource.state,
    request_state: resource.state,
    status: `${resource.sid} (${nodeOf(call, resource.sid)}, ${resource.state})`,
  }));
  return { data: [quorum, ...services] };
};

const nodeOf = (call: Call, sid: string): string =>
  call.cluster.world.guests.get(Number(sid.split(':')[1]))?.node ?? call.cluster.local;

const haResources = (call: Call): Answer => ({
  data: call.cluster.world.haResources.map((resource) => ({
    sid: resource.sid,
    type: resource.sid.split(':')[0] ?? 'vm',
    state: resource.state,
    digest: '0000000000000000000000000000000000000000',
    ...(resource.group === undefined ? {} : { group: resource.group }),
  })),
});

/** What every installation says whose datacenter.cfg has nothing else (recorded). */
const DATACENTER = { mac_prefix: 'BC:24:11', description: '' };

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

/** Everybody gets an answer; what stands in datacenter.cfg is in it for those who may audit. */
const options = (call: Call): Answer => {
  const { registeredTags } = call.cluster.world;
  const tags = [...call.cluster.world.guests.values()]
    .filter(({ vmid }) => holds(call, `/vms/${vmid}`, 'VM.Audit'))
    .flatMap(({ conf }) => conf['tags']?.split(';') ?? []);
  const registered = registeredTags.length === 0 ? {} : { 'registered-tags': registeredTags };
  const read = holds(call, '/', 'Sys.Audit') ? { ...DATACENTER, ...registered } : {};
  return { data: { ...read, 'allowed-tags': [...new Set(tags)].sort(byText) } };
};

const AUDIT = need('/', 'Sys.Audit');

export const CLUSTER_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/version',
    permission: anyone,
    handler: () => ({ data: { version: '8.4.21', release: '8.4', repoid: '2606ac85' } }),
  },
  { method: 'GET', path: '/cluster/resources', permission: anyone, handler: resources },
  {
    method: 'GET',
    path: '/cluster/status',
    permission: AUDIT,
    handler: (call) => ({ data: clusterStatus(call.cluster) }),
  },
  { method: 'GET', path: '/cluster/options', permission: anyone, handler: options },
  { method: 'GET', path: '/cluster/nextid', permission: anyone, handler: nextId },
  { method: 'GET', path: '/cluster/ha/status/current', permission: AUDIT, handler: haStatus },
  { method: 'GET', path: '/cluster/ha/resources', permission: AUDIT, handler: haResources },
];
