import type { ActionName } from '#policies/actions';
import { ACTIONS } from '#policies/actions';
import type { NodeName, SiteId } from '#policies/ids';
import type { GuestRow, Inventory } from '#policies/inventory';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { shortName, type Target } from '#policies/target';

/** A target that exists, the node it is on, and what people call it. */
export type Found = { readonly target: Target; readonly node: NodeName; readonly name: string };

type Place = { readonly inventory: Inventory; readonly guest: GuestRow };

const guestsOf = (inventories: readonly Inventory[]): readonly Place[] =>
  inventories.flatMap((inventory) =>
    inventory.guests.known ? inventory.guests.value.map((guest) => ({ inventory, guest })) : [],
  );

/** A number is only ever a guest's number: one that is *called* "999" is not what somebody means by 999. */
const namesOf = ({ vmid, name }: GuestRow): readonly string[] =>
  /^\d+$/.test(name) ? [String(vmid)] : [String(vmid), name.toLowerCase()];

const isThis = (text: string, { inventory, guest }: Place): boolean => {
  const wanted = text.toLowerCase();
  return namesOf(guest).some((name) => name === wanted || `${inventory.site}/${name}` === wanted);
};

/** The guest a person means by its number, its name, or either with the site before it. */
export const findGuest = (inventories: readonly Inventory[], text: string): Result<Place, Refusal> => {
  if (!inventories.some((inventory) => inventory.guests.known)) return no({ no: 'inventory-unknown' });
  const found = guestsOf(inventories).filter((place) => isThis(text, place));
  if (found.length > 1)
    return no({ no: 'ambiguous-guest', text, vmids: found.map(({ guest }) => guest.vmid) });
  return found[0] ? ok(found[0]) : no({ no: 'no-such-guest', text });
};

type NodePlace = { readonly site: SiteId; readonly node: NodeName };

/** The node a person means by its name, alone or with the site before it. */
export const findNode = (inventories: readonly Inventory[], text: string): Result<NodePlace, Refusal> => {
  const all = inventories.flatMap(({ site, nodes }) =>
    nodes.known ? nodes.value.map(({ node }): NodePlace => ({ site, node })) : [],
  );
  if (all.length === 0) return no({ no: 'inventory-unknown' });
  const found = all.find(({ site, node }) => node === text || `${site}/${node}` === text);
  return found ? ok(found) : no({ no: 'no-such-node', text, nodes: all.map(({ node }) => node) });
};

/** The target of an action that a person typed. */
export const findTarget = (
  inventories: readonly Inventory[],
  action: ActionName,
  text: string,
): Result<Found, Refusal> => {
  if (ACTIONS[action].target === 'node') {
    const place = findNode(inventories, text);
    if (!place.ok) return place;
    return ok({ target: { kind: 'node', ...place.value }, node: place.value.node, name: place.value.node });
  }
  const place = findGuest(inventories, text);
  if (!place.ok) return place;
  const { inventory, guest } = place.value;
  const target: Target = { kind: 'guest', site: inventory.site, vmid: guest.vmid };
  return ok({ target, node: guest.node, name: guest.name });
};

/** What people call a target, from the inventory; null where it is not known there. */
export const nameOfTarget = (inventories: readonly Inventory[], target: Target): string | null => {
  if (target.kind !== 'guest') return shortName(target);
  const place = guestsOf(inventories).find(
    ({ inventory, guest }) => inventory.site === target.site && guest.vmid === target.vmid,
  );
  return place?.guest.name ?? null;
};
