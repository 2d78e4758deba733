import type { Check } from '#policies/check';
import type { NodeName } from '#policies/ids';
import type { Blast } from '#policies/plan';
import { no } from '#policies/result';
import { api } from '../proxmox/request.ts';
import type { Draft, Planner } from './action.ts';
import { call, step } from './call.ts';
import { quorumCheck } from './guest-checks.ts';
import { unlessStopped } from './guest-draft.ts';
import { type NodeFacts, nodeBasis, readNodeFacts } from './node-facts.ts';
import { missingRight } from './site.ts';

/** A cluster writes nothing while fewer than a majority of its nodes are there; who is left can start no guest. */
const losesQuorum = ({ votes }: NodeFacts): boolean =>
  votes !== null && votes.others < Math.floor(votes.all / 2) + 1;

const votesCheck = (facts: NodeFacts): Check => {
  const { votes } = facts;
  if (votes === null || !losesQuorum(facts)) return quorumCheck(facts, 'not-needed');
  const needed = Math.floor(votes.all / 2) + 1;
  return { check: 'quorum', state: 'warn', facts: { online: votes.others, needed } };
};

const taskCheck = ({ tasks }: NodeFacts): Check => {
  if (tasks === null) return { check: 'running-task', state: 'unknown', facts: {} };
  const [first] = tasks;
  return { check: 'running-task', state: first ? 'stop' : 'ok', facts: first ? { ...first } : {} };
};

const haCheck = ({ running }: NodeFacts): Check => {
  const managed = running.filter(({ ha }) => ha !== null).map(({ vmid }) => vmid);
  return managed.length === 0
    ? { check: 'ha', state: 'ok', facts: { managed: false } }
    : { check: 'ha', state: 'warn', facts: { managed: managed.join(', ') } };
};

/** A guest comes back by itself where it starts with the node, or HA sees to it. */
const blastOf = ({ running }: NodeFacts): Blast[] =>
  running.map(({ vmid, name, ha, onboot }) => ({
    blast: ha !== null || onboot ? 'guest-interrupted' : 'guest-stops',
    vmid,
    name,
  }));

const draftOf = (node: NodeName, facts: NodeFacts): Draft => ({
  node,
  name: node,
  basis: nodeBasis(facts),
  effects: [step(call('POST', api`/nodes/${node}/status`, { command: 'reboot' }), { answer: 'done' })],
  probes: [{ probe: 'node-rebooted', node, upBefore: Math.max(0, Math.floor(facts.bootedAt)) }],
  checks: [taskCheck(facts), haCheck(facts), votesCheck(facts)],
  blast: blastOf(facts),
  risk: facts.running.length > 0 || losesQuorum(facts) ? 'critical' : 'high',
  undo: { possible: false, why: 'already-happened' },
});

/** `/reboot_node`: which guests run there, what HA and the quorum make of it; a task that would be cut off stops it. */
export const nodeReboot: Planner<'node.reboot'> = async ({ proxmox, now }, { node }) => {
  const facts = await readNodeFacts(proxmox, node, now);
  if (!facts.ok) return facts;
  const missing = await missingRight(proxmox, [{ path: `/nodes/${node}`, anyOf: ['Sys.PowerMgmt'] }]);
  return missing ? no(missing) : unlessStopped(draftOf(node, facts.value));
};
