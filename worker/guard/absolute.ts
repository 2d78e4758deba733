import { sep } from 'node:path';
import type { ChangeSetEffect } from '#policies/change-set';
import { type ApiCall, type Effect, isFileEffect } from '#policies/effect';
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

/** Packages without which a node has no vote, or is no node: https://pve.proxmox.com/wiki/Package_Repositories */
const VOTING_PACKAGES = [...VOTING, 'proxmox-ve', 'pve-manager', 'pve-ha-manager'];

/** What makes this node a voter of its cluster, and where pmxcfs keeps what all of them agree on. */
const COROSYNC =
  /^\/(etc\/corosync|etc\/pve\/corosync\.conf$|var\/lib\/pve-cluster|var\/lib\/corosync)|\/(corosync|pve-cluster)\.service(\.d\/|$)/;

const isVoting = (unit: string): boolean => VOTING.includes(unit.replace(/\.[a-z]+$/, ''));

/** Its unit no more started at boot or masked, or restarted, its package gone, or what corosync works by. */
const setVote = ({ units, packages, paths, jobs = [] }: ChangeSetEffect): string | null =>
  jobs.flatMap((job) => (job.job === 'daemon-reload' ? [] : [job.unit])).find(isVoting) ??
  units.find(({ name }) => isVoting(name))?.name ??
  packages.find(({ name, after }) => after === null && VOTING_PACKAGES.includes(name.split(':')[0] ?? ''))
    ?.name ??
  paths.find((path) => COROSYNC.test(path)) ??
  null;

/** A unit, package or file by which the host would lose its vote; null for any other effect. */
const hostVote = (effect: Exclude<Effect, { kind: 'api' }>): string | null => {
  if (effect.kind === 'unit') return isVoting(effect.unit) ? effect.unit : null;
  if (effect.kind === 'refreshed-file')
    return effect.refresh.by === 'unit' && isVoting(effect.refresh.unit) ? effect.refresh.unit : null;
  if (effect.kind === 'changeset') return setVote(effect);
  if (effect.kind !== 'package') return null;
  const gone = effect.changes.find(({ name, after }) => after === null && VOTING_PACKAGES.includes(name));
  return gone?.name ?? null;
};

/** A rehearsal names each path without a link on its way; what it makes anew has no real place yet, and then its name is one. */
const ownOfSet = ({ paths }: ChangeSetEffect, own: Own): AbsoluteRefusal | undefined => {
  const bytes = (path: string): string => Buffer.from(path, 'latin1').toString('utf8');
  const mine = paths.find((path) =>
    [own.real(bytes(path)), bytes(path)].some((place) => place !== null && touchesOwn(place, own.files)),
  );
  return mine === undefined ? undefined : refusal('own-files', bytes(mine));
};

type Own = { readonly files: OwnFiles; readonly real: RealPath };

const judge = (effect: Effect, plan: Plan, own: Own): AbsoluteRefusal | undefined => {
  if (effect.kind !== 'api') {
    const vote = hostVote(effect);
    if (vote !== null) return refusal('last-quorum-vote', vote);
    if (effect.kind === 'changeset') return ownOfSet(effect, own);
    if (!isFileEffect(effect) && effect.kind !== 'folder') return undefined;
    const real = own.real(effect.path);
    return real !== null && touchesOwn(real, own.files) ? refusal('own-files', effect.path) : undefined;
  }
  const broken = CALLS.find(({ holds }) => holds(effect.call, plan));
  return broken && refusal(broken.rule, `${effect.call.method} ${effect.call.path}`);
};

/** What no vote and no setting allows: losing the last quorum vote, the only backup, another guest, Quorate's own files. */
export const absolutelyDenied = (plan: Plan, own: Own): AbsoluteRefusal | undefined => {
  for (const effect of plan.effects) {
    const denied = judge(effect, plan, own);
    if (denied) return denied;
  }
  return undefined;
};
