import type { Basis } from '#policies/plan';
import { ok, type Result } from '#policies/result';
import type { HostTarget } from '#policies/target';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Proxmox } from '../proxmox/proxmox.ts';
import { type GuestFacts, readGuest } from './guest.ts';
import { backupBasis, guestBasis, snapshotBasis, targetBasis } from './guest-basis.ts';
import { readLastBackup } from './last-backup.ts';
import { nodeBasis, readNodeFacts } from './node-facts.ts';
import { readServices, serviceBasis } from './service-facts.ts';
import { readSnapshots } from './snapshot-list.ts';

type Read = Promise<Result<readonly Basis[], WorkerRefusal>>;
type Reader = (proxmox: Proxmox, guest: GuestFacts, about: string) => Promise<Result<Basis, WorkerRefusal>>;

const mapped = <T>(
  read: Result<T, WorkerRefusal>,
  basis: (value: T) => Basis,
): Result<Basis, WorkerRefusal> => (read.ok ? ok(basis(read.value)) : read);

/** What only some plans rely on, by the first word of its name; the rest of the name says of what. */
const READERS: Readonly<Record<string, Reader>> = {
  snapshots: async (proxmox, { at }) => mapped(await readSnapshots(proxmox, at), snapshotBasis),
  'last-backup': async (proxmox, guest) => ok(backupBasis(await readLastBackup(proxmox, guest))),
  'target-node': async (_, guest, node) => ok(targetBasis(guest, node)),
};

const readMore = async (proxmox: Proxmox, guest: GuestFacts, names: readonly string[]): Read => {
  const all: Basis[] = [];
  for (const name of names) {
    const [word = '', about = ''] = name.split(' ');
    const read = await READERS[word]?.(proxmox, guest, about);
    if (read?.ok === false) return read;
    if (read) all.push(read.value);
  }
  return ok(all);
};

const guestNow = async (proxmox: Proxmox, vmid: number, names: readonly string[]): Read => {
  const guest = await readGuest(proxmox, vmid);
  if (!guest.ok) return guest.error.no === 'guest-not-found' ? ok([]) : guest;
  const always = guestBasis(guest.value).filter(({ of }) => names.includes(of));
  const more = await readMore(proxmox, guest.value, names);
  return more.ok ? ok([...always, ...more.value]) : more;
};

const nodeNow = async (proxmox: Proxmox, node: string, names: readonly string[]): Read => {
  if (names.includes('running-guests')) {
    const facts = await readNodeFacts(proxmox, node, () => 0);
    return facts.ok ? ok(nodeBasis(facts.value)) : facts;
  }
  const facts = await readServices(proxmox, node);
  if (!facts.ok) return facts;
  return ok(
    names.flatMap((name) => {
      const [word, about = ''] = name.split(' ');
      return word === 'service'
        ? serviceBasis(facts.value, about).filter(({ of }) => names.includes(of))
        : [];
    }),
  );
};

/**
 * What a plan relied on, as it is now, read by the code that read it for the plan. What is gone is left out, and so is
 * what is no fact of the API (files, apt). Refused where Proxmox cannot be asked.
 */
export const readBasis = (
  proxmox: Proxmox,
  { target, basis }: { readonly target: HostTarget; readonly basis: readonly Basis[] },
): Read => {
  const names = basis.map(({ of }) => of);
  return target.kind === 'guest'
    ? guestNow(proxmox, target.vmid, names)
    : nodeNow(proxmox, target.node, names);
};
