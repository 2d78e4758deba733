import { Vmid } from '#policies/ids';
import type { BackupRow, NotKnown } from '#policies/inventory';
import type { Proxmox } from '../proxmox/proxmox.ts';
import { holds } from '../proxmox/rights.ts';
import type { Permissions } from '../proxmox/schemas.ts';

type Resources = Extract<Awaited<ReturnType<Proxmox['resources']>>, { ok: true }>['value'];
type StorageResource = Extract<Resources[number], { type: 'storage' }>;
type Place = { readonly node: string; readonly storage: string };

/**
 * Backups that could be read, and what could not: `missing` names storages as `node/storage` or `storage`, `why` the
 * first reason. Nothing missing means that there are no others.
 */
export type SeenBackups = {
  readonly rows: readonly BackupRow[];
  readonly missing: readonly string[];
  readonly why: NotKnown | null;
};

const RIGHTS = ['Datastore.Audit', 'Datastore.AllocateSpace', 'Datastore.Allocate'];

const isStorage = (row: Resources[number]): row is StorageResource => row.type === 'storage';
const holdsBackups = ({ content }: StorageResource): boolean =>
  content?.split(',').includes('backup') === true;

/** Where to ask: a shared storage once, at a node where it is active; the others at each node. */
const places = (
  resources: Resources,
): { readonly ask: readonly Place[]; readonly dead: readonly string[] } => {
  const rows = resources.filter(isStorage).filter(holdsBackups);
  const online = new Set(
    resources.flatMap((row) => (row.type === 'node' && row.status === 'online' ? [row.node] : [])),
  );
  const asked = new Map<string, Place>();
  const wanted = new Set<string>();
  for (const { storage, node, shared, status } of rows) {
    const key = shared ? storage : `${node}/${storage}`;
    wanted.add(key);
    if (status === 'available' && online.has(node) && !asked.has(key)) asked.set(key, { node, storage });
  }
  return { ask: [...asked.values()], dead: [...wanted].filter((key) => !asked.has(key)) };
};

const rowsOf = (
  storage: string,
  rows: Extract<Awaited<ReturnType<Proxmox['backups']>>, { ok: true }>['value'],
) =>
  rows.flatMap(({ vmid, volid, ctime, mark }) =>
    // A renamed archive has the time of its file, which says nothing about the backup's age.
    vmid === undefined || mark === 'renamed'
      ? []
      : [
          {
            vmid: Vmid.parse(vmid),
            storage,
            volid,
            at: ctime * 1000,
            size: null,
            protected: mark === 'protected',
          },
        ],
  );

const newestFirst = (one: BackupRow, other: BackupRow): number =>
  other.at - one.at || (one.volid < other.volid ? -1 : 1);

/**
 * Every backup of the site by the dry run of pruning, which shows an auditor what the content list hides. One request a
 * storage, whatever the number of guests.
 */
export const readBackups = async (
  proxmox: Proxmox,
  resources: Resources,
  rights: Permissions,
): Promise<SeenBackups> => {
  const { ask, dead } = places(resources);
  const answers = await Promise.all(
    ask.map(async (place) => ({ place, answer: await proxmox.backups(place.node, place.storage) })),
  );
  const failed = answers.filter(({ answer }) => !answer.ok);
  // Storages that the reader may not see are not even among the resources.
  const hidden = !RIGHTS.some((right) => holds(rights, '/storage', right));
  const refused = failed.some(({ answer }) => !answer.ok && answer.error.kind === 'forbidden');
  const missing = [...dead, ...failed.map(({ place }) => `${place.node}/${place.storage}`)];
  return {
    rows: answers
      .flatMap(({ place, answer }) => (answer.ok ? rowsOf(place.storage, answer.value) : []))
      .sort(newestFirst),
    missing: hidden ? [...missing, 'other storages'] : missing,
    why: hidden || refused ? 'forbidden' : missing.length > 0 ? 'unreachable' : null,
  };
};
