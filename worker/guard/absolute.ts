import { sep } from 'node:path';
import type { ApiCall, Effect } from '#policies/effect';
import type { Plan } from '#policies/plan';
import type { WorkerRefusal } from '#policies/worker-refusal';

type AbsoluteRefusal = Extract<WorkerRefusal, { no: 'absolute' }>;
type Rule = AbsoluteRefusal['rule'];

/** Files and folders that are Quorate's own on this node, as real absolute paths: configuration, state, policy, keys. */
export type OwnFiles = readonly string[];

/** Services without which this node has no vote: https://pve.proxmox.com/wiki/Cluster_Manager */
const VOTING = ['corosync', 'pve-cluster'];

const GUEST = /^\/nodes\/[^/]+\/(qemu|lxc)\/(\d+)$/;
const BACKUP = /^\/nodes\/[^/]+\/storage\/[^/]+\/content\/.+/;

const destroysUnasked = ({ method, path }: ApiCall, plan: Plan): boolean => {
  const vmid = method === 'DELETE' ? GUEST.exec(path)?.[2] : undefined;
  if (vmid === undefined) return false;
  const { action, target } = plan;
  return action !== 'guest.destroy' || target.kind !== 'guest' || target.vmid !== Number(vmid);
};

const losesVote = ({ method, path, params }: ApiCall, plan: Plan): boolean => {
  if (method !== 'PUT' && path.startsWith('/cluster/config/nodes')) return true;
  const service = /^\/nodes\/[^/]+\/services\/([^/]+)\//.exec(path)?.[1] ?? params['service'];
  const quorum = plan.checks.find((check) => check.check === 'quorum');
  return service !== undefined && VOTING.includes(service) && quorum?.state !== 'ok';
};

/** vzdump may delete older backups when it is told to keep only some. */
const losesBackup = ({ method, path, params }: ApiCall): boolean =>
  (method === 'DELETE' && BACKUP.test(path)) ||
  (path.endsWith('/vzdump') && ('prune-backups' in params || params['remove'] === '1'));

/** Rules over API calls, the first that holds refuses. */
const CALLS: readonly { readonly rule: Rule; readonly holds: (call: ApiCall, plan: Plan) => boolean }[] = [
  { rule: 'last-quorum-vote', holds: losesVote },
  { rule: 'only-backup', holds: losesBackup },
  { rule: 'unasked-destroy', holds: destroysUnasked },
];

const touchesOwn = (path: string, own: OwnFiles): boolean =>
  own.some((mine) => path === mine || path.startsWith(mine.endsWith(sep) ? mine : mine + sep));

/** What is asked of a file's place: its real path on this machine, or null where it has none. */
export type RealPath = (path: string) => string | null;

const refusal = (rule: Rule, fact: string): AbsoluteRefusal => ({ no: 'absolute', rule, fact });

const judge = (
  effect: Effect,
  plan: Plan,
  own: { files: OwnFiles; real: RealPath },
): AbsoluteRefusal | undefined => {
  if (effect.kind === 'file') {
    const real = own.real(effect.path);
    return real !== null && touchesOwn(real, own.files) ? refusal('own-files', effect.path) : undefined;
  }
  if (effect.kind === 'network') return undefined;
  const broken = CALLS.find(({ holds }) => holds(effect.call, plan));
  return broken && refusal(broken.rule, `${effect.call.method} ${effect.call.path}`);
};

/** What no vote and no setting allows: losing the last quorum vote, the only backup, another guest, Quorate's own files. */
export const absolutelyDenied = (
  plan: Plan,
  own: { readonly files: OwnFiles; readonly real: RealPath },
): AbsoluteRefusal | undefined => {
  for (const effect of plan.effects) {
    const denied = judge(effect, plan, own);
    if (denied) return denied;
  }
  return undefined;
};
