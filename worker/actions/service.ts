import type { Check } from '#policies/check';
import type { NodeName } from '#policies/ids';
import { no } from '#policies/result';
import type { Risk } from '#policies/risk';
import { api } from '../proxmox/request.ts';
import type { Draft, Planner } from './action.ts';
import { call, step } from './call.ts';
import { quorumCheck } from './guest-checks.ts';
import { unlessStopped } from './guest-draft.ts';
import { readServices, type ServiceFacts, serviceBasis } from './service-facts.ts';
import { missingRight } from './site.ts';

type Service = ServiceFacts['services'][number];

/** Services whose restart can cost a node its vote or everybody the interface (pve-docs: Important Service Daemons). */
const RISKS: Readonly<Record<string, Risk>> = {
  corosync: 'critical',
  'pve-cluster': 'critical',
  'pve-ha-lrm': 'high',
  'pve-ha-crm': 'high',
  pvedaemon: 'high',
  pveproxy: 'high',
  sshd: 'high',
  ssh: 'high',
};

/** Services that make up the vote of their node. */
const VOTING = ['corosync', 'pve-cluster'];

const serviceCheck = (name: string, service: Service | undefined): Check => {
  const exists = service !== undefined && service['unit-state'] !== 'not-found';
  return {
    check: 'service',
    state: !exists ? 'stop' : service.state === 'running' ? 'ok' : 'warn',
    facts: { service: name, state: exists ? service.state : 'not found' },
  };
};

const draftOf = (node: NodeName, name: string, facts: ServiceFacts): Draft => ({
  node,
  name: node,
  basis: serviceBasis(facts, name),
  effects: [step(call('POST', api`/nodes/${node}/services/${name}/restart`))],
  probes: [{ probe: 'service-running', service: name }],
  checks: [
    serviceCheck(
      name,
      facts.services.find((row) => row.service === name),
    ),
    quorumCheck(facts, VOTING.includes(name) ? 'needed' : 'not-needed'),
  ],
  blast: [{ blast: 'service-interrupted', node, service: name }],
  risk: RISKS[name] ?? 'medium',
  undo: { possible: false, why: 'already-happened' },
});

/** `/restart`: one service of a node that Proxmox lists; what carries the vote needs quorum. */
export const serviceRestart: Planner<'node.service-restart'> = async ({ proxmox }, { node }, { service }) => {
  const facts = await readServices(proxmox, node);
  if (!facts.ok) return facts;
  const missing = await missingRight(proxmox, [{ path: `/nodes/${node}`, anyOf: ['Sys.Modify'] }]);
  return missing ? no(missing) : unlessStopped(draftOf(node, service, facts.value));
};
