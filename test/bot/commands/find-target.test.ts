import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findGuest } from '#bot/commands/find-target';
import { Inventory } from '#policies/inventory';
import { someInventory } from '../../fake/worker.ts';

const sample = Inventory.parse(someInventory(1));
const [first] = sample.guests.known ? sample.guests.value : [];

/** A site with the guests of these numbers and names. */
const siteOf = (guests: { readonly [vmid: number]: string }): Inventory => {
  const value = Object.entries(guests).map(([vmid, name]) => ({ ...first, vmid: Number(vmid), name }));
  return Inventory.parse({ ...sample, guests: { known: true, value } });
};
const found = (inventory: Inventory, text: string): number | string => {
  const place = findGuest([inventory], text);
  return place.ok ? place.value.guest.vmid : place.error.no;
};

test('a number is only ever the number of a guest: one that is called so is never meant by it', () => {
  const site = siteOf({ 101: '999', 102: 'web', 103: '102' });
  for (const text of ['999', 'home/999']) assert.equal(found(site, text), 'no-such-guest');
  for (const text of ['102', 'home/102', 'web', 'WEB', 'home/web']) assert.equal(found(site, text), 102);
  assert.equal(found(site, '101'), 101);
});
