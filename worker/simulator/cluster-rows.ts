import type { Cluster } from './cluster.ts';
import { hasQuorum, offlineSince } from './faults.ts';
import { forgotten } from './guest-rows.ts';
import type { Storage, WorldNode } from './world.ts';

/** "available" text of one storage as seen from one node. */
export const isActive = (storage: Storage, node: string): boolean => !storage.inactiveOn.includes(node);

const load = (node: WorldNode) => ({
  cpu: 0.06 + node.nodeid / 100,
  maxcpu: node.cpus,
  mem: Math.floor(node.memoryBytes * 0.4),
  maxmem: node.memoryBytes,
  disk: Math.floor(node.diskBytes * 0.2),
  maxdisk: node.diskBytes,
});

/** A node as in GET /nodes and GET /cluster/resources; a lost one has no figures, nor one that may not be audited. */
export const nodeRow = (cluster: Cluster, node: WorldNode, audited: boolean) => {
  const about = { id: `node/${node.name}`, type: 'node', node: node.name, level: '' };
  if (offlineSince(cluster.faults, node.name) !== undefined) return { ...about, status: 'offline' };
  if (!audited) return { ...about, status: 'online' };
  const uptime = Math.floor((cluster.now() - node.bootedAt) / 1000);
  return { ...about, ...load(node), status: 'online', uptime };
};

/** A storage as in GET /cluster/resources. */
export const storageResource = (cluster: Cluster, storage: Storage, node: string) => {
  const about = {
    id: `storage/${node}/${storage.id}`,
    type: 'storage',
    storage: storage.id,
    node,
    content: storage.content.join(','),
    plugintype: storage.plugin,
    shared: Number(storage.shared),
  };
  return isActive(storage, node) && !forgotten(cluster, node)
    ? { ...about, status: 'available', disk: storage.usedBytes, maxdisk: storage.totalBytes }
    : { ...about, status: 'unknown' };
};

/** GET /cluster/status: the cluster row carries the quorum. */
export const clusterStatus = (cluster: Cluster) => {
  const { world } = cluster;
  const quorate = Number(hasQuorum(cluster.faults));
  const { name, version } = world.cluster;
  return [
    { id: 'cluster', type: 'cluster', name, version, nodes: world.nodes.size, quorate },
    ...[...world.nodes.values()].map((node) => ({
      id: `node/${node.name}`,
      type: 'node',
      name: node.name,
      nodeid: node.nodeid,
      ip: node.ip,
      level: '',
      local: Number(node.name === cluster.local),
      online: Number(offlineSince(cluster.faults, node.name) === undefined),
    })),
  ];
};
