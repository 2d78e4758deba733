import type { Basis } from '#policies/plan';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Answer } from '../inventory/answer.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import { orRefusal } from './refused.ts';
import { allOk, nodeOffline, type QuorumState, readNode, readQuorum } from './site.ts';

/** The services of a node and what their restart depends on. */
export type ServiceFacts = {
  readonly services: Answer<'services'>;
  readonly quorum: QuorumState;
};

/** Reads a node's services in three requests. */
export const readServices = async (
  proxmox: Proxmox,
  node: string,
): Promise<Result<ServiceFacts, WorkerRefusal>> => {
  const resources = orRefusal(await proxmox.resources());
  if (!resources.ok) return resources;
  if (!readNode(resources.value, node)?.online) return no(nodeOffline(node));
  const read = await allOk(proxmox.services(node).then(orRefusal), readQuorum(proxmox));
  if (!read.ok) return read;
  const [services, quorum] = read.value;
  return ok({ services, quorum });
};

/** What the restart of a service relies on. */
export const serviceBasis = ({ services, quorum }: ServiceFacts, name: string): Basis[] => [
  { of: `service ${name}`, value: services.find((row) => row.service === name)?.state ?? 'none' },
  { of: 'quorum', value: quorum },
];
