import { NodeName, Vmid } from '#policies/ids';
import type { BackupRow, NotKnown } from '#policies/inventory';
import type { Result } from '#policies/result';
import type { PveFailure } from '../proxmox/failure.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import { type Answer, isStorage, type Resources, type StorageResource } from './answer.ts';
import { mayRead } from './may-read.ts';
import { onlineNodes } from './rows.ts';

/** A storage that keeps backups; `node` is null for a shared one, `ask` the node that answers for it, if any does. */
export type Place = {
  readonly storage: string;
  readonly node: NodeName | null;
  readonly ask: string | null;
};

/** Backups that could be read, newest first, and what could not; nothing unread means that there are no others. */
export type SeenBackups = {
  readonly rows: readonly BackupRow[];
  readonly unread: readonly { readonly place: Place | null; readonly why: NotKnown }[];
};

const RIGHTS = ['Datastore.Audit', 'Datastore.AllocateSpace', 'Datastore.Allocate'];

const keepsBackups = ({ content }: StorageResource): boolean =>
  content?.split(',').includes('backup') === true;

/** Where to ask: a shared storage once, at a node where it is active; the others at each node. */
const placesOf = (resources: Resources): Place[] => {
  const online = onlineNodes(resources);
  const places = new Map<string, Place>();
  for (const { storage, node, shared, status } of resources.filter(isStorage).filter(keepsBackups)) {
    const key = shared ? storage : `${node}/${storage}`;
    const ask = status === 'available' && online.has(node) ? node : null;
    if (places.get(key)?.ask) continue;
    places.set(key, { storage, node: shared ? null : NodeName.parse(node), ask });
  }
  return [...places.values()];
};

const rowsOf = ({ storage, node }: Place, rows: Answer<'backups'>): BackupRow[] =>
  rows.flatMap(({ vmid, volid, ctime, mark }) =>
    // A renamed archive has the time of its file, which says nothing about the age of the backup.
    vmid === undefined || mark === 'renamed'
      ? []
      : [
          {
            vmid: Vmid.parse(vmid),
            storage,
            ...(node === null ? {} : { node }),
            volid,
            at: ctime * 1000,
            size: null,
            protected: mark === 'protected',
          },
        ],
  );

/** Why a refused or failed request leaves something unknown. */
export const whyUnknown = (failure: PveFailure): NotKnown => {
  const { kind } = failure;
  if (kind === 'forbidden' || kind === 'unauthorized' || kind === 'untrusted') return kind;
  return kind === 'other' && failure.status === 200 ? 'not-understood' : 'unreachable';
};

const readPlace = async (proxmox: Proxmox, place: Place): Promise<SeenBackups> => {
  if (place.ask === null) return { rows: [], unread: [{ place, why: 'unreachable' }] };
  const answer = await proxmox.backups(place.ask, place.storage);
  return answer.ok
    ? { rows: rowsOf(place, answer.value), unread: [] }
    : { rows: [], unread: [{ place, why: whyUnknown(answer.error) }] };
};

/** Newest first, and always in the same order: Proxmox answers in a random one. */
export const newestFirst = (one: BackupRow, other: BackupRow): number =>
  other.at - one.at || (one.volid < other.volid ? -1 : 1);

/** Storages that the reader may not see are not even among the resources. */
const hidden = (may: Result<boolean, PveFailure>): SeenBackups['unread'] => {
  if (!may.ok) return [{ place: null, why: whyUnknown(may.error) }];
  return may.value ? [] : [{ place: null, why: 'forbidden' }];
};

/**
 * Every backup of the site by the dry run of pruning, which shows an auditor what the content list hides. One request a
 * storage, whatever the number of guests; `only` asks one storage.
 */
export const readBackups = async (
  proxmox: Proxmox,
  resources: Resources,
  only?: string,
): Promise<SeenBackups> => {
  const places = placesOf(resources).filter(({ storage }) => only === undefined || storage === only);
  const path = only === undefined ? '/storage' : `/storage/${only}`;
  const [may, ...seen] = await Promise.all([
    mayRead(proxmox, path, ...RIGHTS),
    ...places.map((place) => readPlace(proxmox, place)),
  ]);
  return {
    rows: seen.flatMap(({ rows }) => rows).sort(newestFirst),
    unread: [...seen.flatMap(({ unread }) => unread), ...hidden(may)],
  };
};
