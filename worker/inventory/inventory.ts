import type { SiteId } from '#policies/ids';
import { Vmid } from '#policies/ids';
import type { BackupRow, BackupRun, Inventory, Known, NotKnown } from '#policies/inventory';
import type { Result } from '#policies/result';
import type { PveFailure } from '../proxmox/failure.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import { holds } from '../proxmox/rights.ts';
import type { Permissions } from '../proxmox/schemas.ts';
import { newestFirst, readBackups, whyUnknown } from './backups.ts';
import { guestRows, jobRows, nodeRows, quorumOf, type Resources, storageRows } from './rows.ts';
import { readRuns } from './runs.ts';

/**
 * What a round is about. `now` in ms. `previous` lends what it knew of storages and nodes that do not answer now: an
 * archive does not vanish with the road to it.
 */
export type Round = {
  readonly site: SiteId;
  readonly simulated: boolean;
  readonly now: () => number;
  readonly previous?: Inventory;
};

const unknown = (why: NotKnown): { known: false; why: NotKnown } => ({ known: false, why });
const known = <T>(value: T): Known<T> => ({ known: true, value });

/** An answer of the API, shaped; or why there is none. */
const shaped = <T, U>(answer: Result<T, PveFailure>, shape: (value: T) => U): Known<U> =>
  answer.ok ? known(shape(answer.value)) : unknown(whyUnknown(answer.error));

/** Rows of a list that Proxmox filters in silence: empty proves something only to whoever may see everything. */
const listed = <T>(
  resources: Result<Resources, PveFailure>,
  rights: Result<Permissions, PveFailure>,
  list: { readonly rows: (resources: Resources) => T[]; readonly path: string; readonly privilege: string },
): Known<T[]> => {
  const rows = shaped(resources, list.rows);
  if (!rows.known || rows.value.length > 0) return rows;
  if (!rights.ok) return unknown(whyUnknown(rights.error));
  return holds(rights.value, list.path, list.privilege) ? rows : unknown('forbidden');
};

type Read = { readonly resources: Resources; readonly rights: Permissions };

const lent = <T>(part: Known<T[]> | undefined, keep: (row: T) => boolean): T[] | null =>
  part?.known ? part.value.filter(keep) : null;

const backupsOf = async (
  proxmox: Proxmox,
  read: Read,
  previous: Inventory | undefined,
): Promise<Known<BackupRow[]>> => {
  const { rows, unread } = await readBackups(proxmox, read);
  if (unread.some(({ why }) => why === 'forbidden')) return unknown('forbidden');
  if (unread.length === 0) return known([...rows]);
  const before = lent(previous?.backups, (row) =>
    unread.some(({ place }) => place?.storage === row.storage && (place.node ?? undefined) === row.node),
  );
  return before === null ? unknown('unreachable') : known([...rows, ...before].sort(newestFirst));
};

const runsOf = async (
  proxmox: Proxmox,
  read: Read,
  previous: Inventory | undefined,
): Promise<Known<BackupRun[]>> => {
  const { rows, unread } = await readRuns(proxmox, read);
  if (unread.some(({ why }) => why === 'forbidden')) return unknown('forbidden');
  if (unread.length === 0) return known([...rows]);
  const before = lent(previous?.backupRuns, (row) => unread.some(({ node }) => node === row.node));
  return before === null
    ? unknown('unreachable')
    : known([...rows, ...before].sort((one, other) => other.at - one.at));
};

type Answers = {
  readonly resources: Result<Resources, PveFailure>;
  readonly rights: Result<Permissions, PveFailure>;
};

const withRead = <T>(
  { resources, rights }: Answers,
  read: (read: Read) => Promise<Known<T>>,
): Promise<Known<T>> => {
  if (!resources.ok) return Promise.resolve(unknown(whyUnknown(resources.error)));
  if (!rights.ok) return Promise.resolve(unknown(whyUnknown(rights.error)));
  return read({ resources: resources.value, rights: rights.value });
};

/**
 * Reads a whole site in one round. The number of requests depends on nodes and storages, never on guests. Whatever may
 * not be read or does not answer is unknown, never empty. Rejects with `PveMalformed` when Proxmox answers nonsense.
 */
export const readInventory = async (proxmox: Proxmox, round: Round): Promise<Inventory> => {
  const at = round.now();
  const { site, simulated, previous } = round;
  const [version, resources, rights, status, jobs, uncovered] = await Promise.all([
    proxmox.version(),
    proxmox.resources(),
    proxmox.readerPermissions(),
    proxmox.clusterStatus(),
    proxmox.backupJobs(),
    proxmox.guestsWithoutBackupJob(),
  ]);
  const answers = { resources, rights };
  const [backups, backupRuns] = await Promise.all([
    withRead(answers, (read) => backupsOf(proxmox, read, previous)),
    withRead(answers, (read) => runsOf(proxmox, read, previous)),
  ]);
  return {
    site,
    at,
    simulated,
    version: version.ok ? version.value.version : null,
    quorum: shaped(status, quorumOf),
    nodes: listed(resources, rights, { rows: nodeRows, path: '/nodes', privilege: 'Sys.Audit' }),
    guests: listed(resources, rights, { rows: guestRows, path: '/vms', privilege: 'VM.Audit' }),
    storages: listed(resources, rights, {
      rows: storageRows,
      path: '/storage',
      privilege: 'Datastore.Audit',
    }),
    backups,
    backupRuns,
    backupJobs: shaped(jobs, jobRows),
    uncovered: shaped(uncovered, (rows) => rows.map(({ vmid }) => Vmid.parse(vmid)).sort((a, b) => a - b)),
  };
};
