import type { NodeName } from '#policies/ids';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { type Answer, type GuestResource, isGuest, type Resources } from '../inventory/answer.ts';
import { mayRead } from '../inventory/may-read.ts';
import type { GuestAt } from '../proxmox/guest-reads.ts';
import { guestPath } from '../proxmox/guest-reads.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import { orRefusal } from './refused.ts';
import { normal } from './setting.ts';
import { allOk, nodeOffline, type QuorumState, type RunningTask, readNode, readQuorum } from './site.ts';

/** `hibernated`: suspended to disk, which Proxmox shows as stopped with the lock "suspended". */
export type GuestState = 'running' | 'stopped' | 'paused' | 'hibernated' | 'unknown';

/** A setting that waits for the next start of the guest; `to` is null where it goes. */
export type PendingSetting = { readonly from: string | null; readonly to: string | null };

/** Everything a plan looks at, read in one round without touching anything. `uptime` in s. */
export type GuestFacts = {
  readonly at: GuestAt;
  readonly node: NodeName;
  readonly path: string;
  readonly name: string;
  readonly state: GuestState;
  readonly uptime: number;
  readonly lock: string | null;
  readonly ha: string | null;
  readonly template: boolean;
  readonly protection: boolean;
  readonly digest: string;
  /** Settings as the next start will have them. */
  readonly settings: ReadonlyMap<string, string>;
  readonly pending: ReadonlyMap<string, PendingSetting>;
  readonly quorum: QuorumState;
  /** Null where the reader sees only its own tasks. */
  readonly tasks: readonly RunningTask[] | null;
  readonly resources: Resources;
};

/** The state of a guest in one word. */
export const stateOf = ({ status, qmpstatus, lock }: Answer<'guestStatus'>): GuestState => {
  if (status === 'running') return qmpstatus === 'paused' || qmpstatus === 'suspended' ? 'paused' : 'running';
  if (status !== 'stopped') return 'unknown';
  return lock === 'suspended' ? 'hibernated' : 'stopped';
};

/** The settings of a guest as its next start will have them, those that wait for it, and the digest. */
export const readSettings = (rows: Answer<'guestPending'>) => {
  const settings = new Map<string, string>();
  const pending = new Map<string, PendingSetting>();
  for (const row of rows) {
    const from = row.value === undefined ? null : normal(row.key, row.value);
    const changes = row.pending !== undefined || (row.delete ?? 0) > 0;
    const to = row.pending === undefined ? null : normal(row.key, row.pending);
    if (changes) pending.set(row.key, { from, to });
    const next = changes ? to : from;
    if (next !== null) settings.set(row.key, next);
  }
  const digest = settings.get('digest') ?? '';
  settings.delete('digest');
  return { settings, pending, digest };
};

const notFound = async (proxmox: Proxmox, vmid: number): Promise<WorkerRefusal> => {
  const path = `/vms/${vmid}`;
  const may = await mayRead(proxmox, path, 'VM.Audit');
  return may.ok && !may.value
    ? { no: 'forbidden-by-proxmox', path, privilege: 'VM.Audit' }
    : { no: 'guest-not-found', vmid };
};

const readTasks = async (
  proxmox: Proxmox,
  at: GuestAt,
): Promise<Result<readonly RunningTask[], WorkerRefusal>> => {
  const rows = orRefusal(await proxmox.nodeTasks(at.node, { source: 'active', vmid: at.vmid }));
  return rows.ok ? ok(rows.value.map(({ type, upid }) => ({ type, upid }))) : rows;
};

const readAt = (proxmox: Proxmox, at: GuestAt) =>
  allOk(
    proxmox.guestStatus(at).then(orRefusal),
    proxmox.guestPending(at).then(orRefusal),
    readQuorum(proxmox),
    readTasks(proxmox, at),
  );

const factsOf = (
  row: GuestResource,
  node: NodeName,
  resources: Resources,
  read: Extract<Awaited<ReturnType<typeof readAt>>, { ok: true }>['value'],
): GuestFacts => {
  const [status, rows, quorum, tasks] = read;
  const { settings, pending, digest } = readSettings(rows);
  const at = { node: row.node, kind: row.type, vmid: row.vmid };
  return {
    at,
    node,
    path: guestPath(at),
    name: row.name ?? String(row.vmid),
    state: stateOf({ ...status, lock: settings.get('lock') ?? status.lock }),
    uptime: status.uptime ?? 0,
    lock: settings.get('lock') ?? status.lock ?? null,
    ha: status.ha?.managed ? (status.ha.state ?? 'managed') : null,
    template: settings.get('template') === '1',
    protection: settings.get('protection') === '1',
    digest,
    settings,
    pending,
    quorum,
    // Without Sys.Audit, which also hides the quorum, the list holds the reader's own tasks only.
    tasks: quorum === 'unknown' ? null : tasks,
    resources,
  };
};

/** Reads a guest in five requests, whatever the size of the site. */
export const readGuest = async (
  proxmox: Proxmox,
  vmid: number,
): Promise<Result<GuestFacts, WorkerRefusal>> => {
  const resources = orRefusal(await proxmox.resources());
  if (!resources.ok) return resources;
  const row = resources.value.filter(isGuest).find((guest) => guest.vmid === vmid);
  if (row === undefined) return no(await notFound(proxmox, vmid));
  const home = readNode(resources.value, row.node);
  if (!home?.online) return no(nodeOffline(row.node));
  const read = await readAt(proxmox, { node: row.node, kind: row.type, vmid });
  return read.ok ? ok(factsOf(row, home.node, resources.value, read.value)) : read;
};
