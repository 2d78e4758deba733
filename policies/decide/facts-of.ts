import type { Facts } from '../fact.ts';
import type { NodeName } from '../ids.ts';
import type { GuestRow, Inventory, Known } from '../inventory.ts';
import { isOwnTarget, type Target } from '../target.ts';
import type { DecisionRequest } from './request.ts';

const DAY = 86_400_000;

type Seen = Pick<DecisionRequest, 'node' | 'pool' | 'tags' | 'registeredTags' | 'facts'>;

const UNKNOWN: Facts = {
  quorum: 'unknown',
  node_online: 'unknown',
  guest_kind: 'unknown',
  power: 'unknown',
  last_backup: 'unknown',
};

const valueOf = <T>(known: Known<T>): T | null => (known.known ? known.value : null);

const yesOrNo = (answer: boolean | undefined): 'yes' | 'no' | 'unknown' =>
  answer === undefined ? 'unknown' : answer ? 'yes' : 'no';

const ageOf = (newest: number, at: number): Facts['last_backup'] => {
  if (newest === Number.NEGATIVE_INFINITY) return 'never';
  const age = at - newest;
  if (age <= DAY) return 'within-a-day';
  return age <= 7 * DAY ? 'within-a-week' : 'older';
};

const NO_GUEST = { guest_kind: 'none', power: 'none', last_backup: 'none' } as const;

type Place = Pick<DecisionRequest, 'node' | 'pool' | 'tags'> & { readonly own: Partial<Facts> };

/** What is about Quorate itself is on no node and in no pool. */
const NOWHERE: Place = { node: null, pool: '', tags: [], own: NO_GUEST };

const UNSEEN: Place = { node: null, pool: null, tags: null, own: {} };

/** A guest as one site's inventory shows it; "" is the pool of a guest that is in none. */
const seenGuest = (guest: GuestRow, inventory: Inventory, at: number): Place => {
  const { node, pool, tags, kind, status } = guest;
  const backups = valueOf(inventory.backups)?.filter(({ vmid }) => vmid === guest.vmid);
  const age = backups && { last_backup: ageOf(Math.max(...backups.map((backup) => backup.at)), at) };
  return { node, pool: pool ?? '', tags, own: { guest_kind: kind, power: status, ...age } };
};

const placeOf = (target: Target, inventory: Inventory | undefined, at: number): Place => {
  if (isOwnTarget(target)) return NOWHERE;
  if (target.kind === 'node') return { node: target.node, pool: '', tags: [], own: NO_GUEST };
  if (inventory === undefined) return UNSEEN;
  const guest = valueOf(inventory.guests)?.find(({ vmid }) => vmid === target.vmid);
  return guest ? seenGuest(guest, inventory, at) : UNSEEN;
};

const ofSite = (inventory: Inventory, node: NodeName | null): Partial<Facts> => ({
  quorum: yesOrNo(valueOf(inventory.quorum)?.quorate),
  node_online: yesOrNo(valueOf(inventory.nodes)?.find((row) => row.node === node)?.online),
});

/** Nothing where nobody could see it: a tag that is not known to be registered grants nothing. */
const registered = (inventory: Inventory | undefined): readonly string[] =>
  (inventory && valueOf(inventory.registeredTags)) ?? [];

/** Everything that rules may look at, as the inventories (one a site) show it at a moment (ms). */
export const factsOf = (target: Target, inventories: readonly Inventory[], at: number): Seen => {
  const inventory = isOwnTarget(target) ? undefined : inventories.find(({ site }) => site === target.site);
  const { own, ...place } = placeOf(target, inventory, at);
  const site = inventory ? ofSite(inventory, place.node) : {};
  return { ...place, registeredTags: registered(inventory), facts: { ...UNKNOWN, ...site, ...own } };
};
