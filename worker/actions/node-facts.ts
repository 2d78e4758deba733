import type { Basis } from '#policies/plan';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Resources } from '../inventory/answer.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import { orRefusal } from './refused.ts';
import { allOk, nodeOffline, type QuorumState, type RunningTask, readNode, readQuorum } from './site.ts';

/** A guest that runs on a node. `onboot`: it starts with the node; what may not be read counts as no. */
export type RunningGuest = {
  readonly kind: 'qemu' | 'lxc';
  readonly vmid: number;
  readonly name: string;
  readonly ha: string | null;
  readonly onboot: boolean;
};

/** What a reboot of a node does to others. `bootedAt` in ms; `others`: votes that stay, of all there are; `tasks` null = unknown. */
export type NodeFacts = {
  readonly bootedAt: number;
  readonly running: readonly RunningGuest[];
  readonly quorum: QuorumState;
  readonly votes: { readonly others: number; readonly all: number } | null;
  readonly tasks: readonly RunningTask[] | null;
};

type Row = Extract<Resources[number], { type: 'qemu' | 'lxc' }>;

const runningOn = (resources: Resources, node: string): readonly Row[] =>
  resources
    .filter((row) => row.type === 'qemu' || row.type === 'lxc')
    .filter((row) => row.node === node && row.status === 'running')
    .toSorted((a, b) => a.vmid - b.vmid);

const guestOf = async (
  proxmox: Proxmox,
  { type: kind, node, vmid, name, hastate }: Row,
): Promise<RunningGuest> => {
  const config = await proxmox.guestConfig({ kind, node, vmid });
  const onboot = config.ok && String(config.value['onboot'] ?? 0) === '1';
  return { kind, vmid, name: name ?? String(vmid), ha: hastate ?? null, onboot };
};

/** The votes of a cluster with and without a node; null where there is no cluster, or nobody may look. */
const readVotes = async (proxmox: Proxmox, node: string): Promise<NodeFacts['votes']> => {
  const status = await proxmox.clusterStatus();
  if (!status.ok || !status.value.some(({ type }) => type === 'cluster')) return null;
  const nodes = status.value.filter((row) => row.type === 'node');
  const others = nodes.filter((row) => row.type === 'node' && row.online === true && row.name !== node);
  return { others: others.length, all: nodes.length };
};

/** Consoles that people look at; they end with the node and lose nothing. */
const CONSOLES = ['vncproxy', 'vncshell', 'termproxy', 'spiceproxy', 'spiceshell'];

const readTasks = async (proxmox: Proxmox, node: string): Promise<NodeFacts['tasks']> => {
  const rows = await proxmox.nodeTasks(node, { source: 'active' });
  if (!rows.ok) return null;
  return rows.value
    .filter(({ type, endtime }) => endtime === undefined && !CONSOLES.includes(type))
    .map(({ type, upid }) => ({ type, upid }));
};

/** Reads what a reboot of a node depends on and who feels it: six requests, and one for each guest that runs there. */
export const readNodeFacts = async (
  proxmox: Proxmox,
  node: string,
  now: () => number,
): Promise<Result<NodeFacts, WorkerRefusal>> => {
  const resources = orRefusal(await proxmox.resources());
  if (!resources.ok) return resources;
  if (!readNode(resources.value, node)?.online) return no(nodeOffline(node));
  const read = await allOk(proxmox.nodeStatus(node).then(orRefusal), readQuorum(proxmox));
  if (!read.ok) return read;
  const [status, quorum] = read.value;
  return ok({
    bootedAt: now() - status.uptime * 1000,
    running: await Promise.all(runningOn(resources.value, node).map((row) => guestOf(proxmox, row))),
    quorum,
    votes: await readVotes(proxmox, node),
    tasks: await readTasks(proxmox, node),
  });
};

/** What a reboot relies on: that those who feel it are still the same. */
export const nodeBasis = ({ running, quorum }: Pick<NodeFacts, 'running' | 'quorum'>): Basis[] => [
  {
    of: 'running-guests',
    value: running
      .map(({ vmid, ha, onboot }) => [vmid, ha ?? 'no-ha', onboot ? 'onboot' : 'off'].join(' '))
      .join(', '),
  },
  { of: 'quorum', value: quorum },
];
