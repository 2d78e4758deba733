import type { SiteId } from '#policies/ids';
import { Vmid } from '#policies/ids';
import type { BackupRow, BackupRun, Inventory, Known, NotKnown } from '#policies/inventory';
import { no, type Result } from '#policies/result';
import { type PveFailure, PveMalformed } from '../proxmox/failure.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import type { Answer, Resources } from './answer.ts';
import { newestFirst, readBackups, whyUnknown } from './backups.ts';
import { mayRead } from './may-read.ts';
import { guestRows, jobRows, nodeRows, quorumOf, storageRows } from './rows.ts';
import { readRuns } from './runs.ts';

/**
 * What a round is about. `now` in ms. `previous` lends what it knew of storages and nodes that do not answer now: an
 * archive does not vanish with the road to it. `blind` hears why the site could not be looked at; null once it can.
 */
export type Round = {
  readonly site: SiteId;
  readonly simulated: boolean;
  readonly now: () => number;
  readonly previous?: Inventory;
  readonly blind?: (failure: PveFailure | null) => void;
};

const unknown = (why: NotKnown): { known: false; why: NotKnown } => ({ known: false, why });
const known = <T>(value: T): Known<T> => ({ known: true, value });

/** An answer of the API, shaped; or why there is none. */
const shaped = <T, U>(answer: Result<T, PveFailure>, shape: (value: T) => U): Known<U> =>
  answer.ok ? known(shape(answer.value)) : unknown(whyUnknown(answer.error));

/** Nonsense instead of an answer is one more reason not to know something; every other part can still be known. */
const sound = <T>(work: Promise<T>, instead: (failure: PveFailure) => T): Promise<T> =>
  work.catch((error: unknown) => {
    if (!(error instanceof PveMalformed)) throw error;
    return instead({ kind: 'other', status: 200, message: error.message });
  });

const soundAnswer = <T>(work: Promise<Result<T, PveFailure>>): Promise<Result<T, PveFailure>> =>
  sound(work, no);
const soundPart = <T>(work: Promise<Known<T>>): Promise<Known<T>> =>
  sound(work, (failure) => unknown(whyUnknown(failure)));

/** Rows of a list that Proxmox filters in silence: empty proves something only to whoever may see everything. */
const listed = async <T>(
  proxmox: Proxmox,
  rows: Known<T[]>,
  all: { readonly path: string; readonly privilege: string },
): Promise<Known<T[]>> => {
  if (!rows.known || rows.value.length > 0) return rows;
  const may = await mayRead(proxmox, all.path, all.privilege);
  if (!may.ok) return unknown(whyUnknown(may.error));
  return may.value ? rows : unknown('forbidden');
};

const lent = <T>(part: Known<T[]> | undefined, keep: (row: T) => boolean): T[] | null =>
  part?.known ? part.value.filter(keep) : null;

const backupsOf = async (
  proxmox: Proxmox,
  resources: Resources,
  previous: Inventory | undefined,
): Promise<Known<BackupRow[]>> => {
  const { rows, unread } = await readBackups(proxmox, resources);
  if (unread.some(({ why }) => why === 'forbidden')) return unknown('forbidden');
  if (unread.length === 0) return known([...rows]);
  const before = lent(previous?.backups, (row) =>
    unread.some(({ place }) => place?.storage === row.storage && (place.node ?? undefined) === row.node),
  );
  return before === null ? unknown('unreachable') : known([...rows, ...before].sort(newestFirst));
};

const runsOf = async (
  proxmox: Proxmox,
  resources: Resources,
  previous: Inventory | undefined,
): Promise<Known<BackupRun[]>> => {
  const { rows, unread } = await readRuns(proxmox, resources);
  if (unread.some(({ why }) => why === 'forbidden')) return unknown('forbidden');
  if (unread.length === 0) return known([...rows]);
  const before = lent(previous?.backupRuns, (row) => unread.some(({ node }) => node === row.node));
  return before === null
    ? unknown('unreachable')
    : known([...rows, ...before].sort((one, other) => other.at - one.at));
};

const withResources = <T>(
  resources: Result<Resources, PveFailure>,
  read: (resources: Resources) => Promise<Known<T>>,
): Promise<Known<T>> =>
  resources.ok ? soundPart(read(resources.value)) : Promise.resolve(unknown(whyUnknown(resources.error)));

/** Whoever may not see datacenter.cfg gets an answer without registered tags, like a site that has none. */
const registeredTags = async (proxmox: Proxmox): Promise<Known<string[]>> => {
  const tags = shaped(await proxmox.clusterOptions(), (options) => options['registered-tags'] ?? []);
  return listed(proxmox, tags, { path: '/', privilege: 'Sys.Audit' });
};

/** The lists, each asked once more for the right to see all of it when it came back empty. */
const readLists = async (proxmox: Proxmox, resources: Result<Resources, PveFailure>) => {
  const [nodes, guests, storages] = await Promise.all([
    soundPart(listed(proxmox, shaped(resources, nodeRows), { path: '/nodes', privilege: 'Sys.Audit' })),
    soundPart(listed(proxmox, shaped(resources, guestRows), { path: '/vms', privilege: 'VM.Audit' })),
    soundPart(
      listed(proxmox, shaped(resources, storageRows), { path: '/storage', privilege: 'Datastore.Audit' }),
    ),
  ]);
  return { nodes, guests, storages };
};

const numbers = (rows: Answer<'guestsWithoutBackupJob'>): Vmid[] =>
  rows.map(({ vmid }) => Vmid.parse(vmid)).sort((one, other) => one - other);

/**
 * Reads a whole site in one round. The number of requests depends on nodes and storages, never on guests. Whatever may
 * not be read, does not answer or is not understood is unknown, never empty.
 */
export const readInventory = async (proxmox: Proxmox, round: Round): Promise<Inventory> => {
  const at = round.now();
  const { site, simulated, previous } = round;
  const [version, resources, status, jobs, uncovered, tags] = await Promise.all([
    soundAnswer(proxmox.version()),
    soundAnswer(proxmox.resources()),
    soundAnswer(proxmox.clusterStatus()),
    soundAnswer(proxmox.backupJobs()),
    soundAnswer(proxmox.guestsWithoutBackupJob()),
    soundPart(registeredTags(proxmox)),
  ]);
  round.blind?.(resources.ok ? null : resources.error);
  const [lists, backups, backupRuns] = await Promise.all([
    readLists(proxmox, resources),
    withResources(resources, (rows) => backupsOf(proxmox, rows, previous)),
    withResources(resources, (rows) => runsOf(proxmox, rows, previous)),
  ]);
  return {
    site,
    at,
    simulated,
    ...lists,
    backups,
    backupRuns,
    version: version.ok ? version.value.version : null,
    quorum: shaped(status, quorumOf),
    backupJobs: shaped(jobs, jobRows),
    uncovered: shaped(uncovered, numbers),
    registeredTags: tags,
    scripts: [],
  };
};
