import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NodeName, SiteId, Vmid } from '#policies/ids';
import { type Inventory, Inventory as InventorySchema } from '#policies/inventory';
import { type Bound, poolOf } from '#policies/scope';
import { seenBy } from '#policies/seen-by';
import { someInventory } from '../fake/worker.ts';

const HOME = SiteId.parse('home');
const backup = (vmid: number) => ({
  vmid,
  storage: 's',
  volid: `b${vmid}`,
  at: 1,
  size: null,
  protected: false,
});
const run = (vmid: number | null) => ({ upid: `u${vmid}`, node: 'pve1', vmid, at: 1, ok: true, exit: 'OK' });
const all = (value: unknown) => ({ known: true, value });

/** Guests 100 to 103, of which 101 is in a pool, with something of each. */
const inventory = (more: object = {}): Inventory => {
  const { guests } = someInventory(0);
  const rows = guests.known
    ? guests.value.map((row) => ({ ...row, pool: row.vmid === 101 ? 'web' : null }))
    : [];
  return InventorySchema.parse({
    ...someInventory(0),
    guests: all(rows),
    backups: all([backup(101), backup(102)]),
    backupRuns: all([run(101), run(102), run(null)]),
    uncovered: all([101, 102]),
    ...more,
  });
};

const bound = (more: Partial<Bound>): Bound => ({ pools: [], guests: [], ...more });
const WEB = bound({ pools: [{ site: HOME, pool: 'web' }] });
const seen = (scope: Bound, one = inventory()): Inventory =>
  seenBy(scope, [one])[0]?.inventory ?? assert.fail();

/** The guests that each part of what is seen is about. */
const guestsIn = ({ guests, backups, backupRuns, uncovered }: Inventory) =>
  [guests, backups, backupRuns, uncovered].map((part) =>
    part.known ? part.value.map((row) => (typeof row === 'number' ? row : row.vmid)) : part.why,
  );

describe('What a person sees of a site', () => {
  it('is all of it where they are bound to nothing', () => {
    const one = inventory();
    assert.deepEqual(seenBy('everything', [one]), [{ inventory: one, health: null }]);
  });

  it('is nothing of a site that none of their pools and guests is on', () => {
    const lab = SiteId.parse('lab');
    assert.deepEqual(seenBy(WEB, [{ ...inventory(), site: lab }]), []);
    const guests = bound({ guests: [{ site: lab, from: 100, to: 200 }] });
    assert.deepEqual(seenBy(guests, [inventory()]), []);
    const sites = [inventory(), { ...inventory(), site: lab }];
    assert.equal(seenBy(guests, sites).length, 1);
    assert.equal(seenBy({ ...WEB, guests: guests.guests }, sites).length, 2);
  });

  it('are the guests that they are bound to, with their backups, and no run of a job over several guests', () => {
    assert.deepEqual(guestsIn(seen(WEB)), [[101], [101], [101], [101]]);
    const named = bound({ guests: [{ site: HOME, from: 102, to: 103 }] });
    assert.deepEqual(guestsIn(seen(named)), [[102, 103], [102], [102], [102]]);
  });

  it('are none by pool where it is not known who is in one, but still those by number', () => {
    const blind = inventory({ guests: { known: false, why: 'forbidden' } });
    assert.deepEqual(guestsIn(seen(WEB, blind)), ['forbidden', [], [], []]);
    const both = { ...WEB, guests: [{ site: HOME, from: 102, to: 102 }] };
    assert.deepEqual(guestsIn(seen(both, blind)), ['forbidden', [102], [102], [102]]);
  });

  it('is of the host no more than how well it is: the rest is not theirs, which is not the same as none', () => {
    const down = { known: true, value: { standalone: false, quorate: false, nodes: 3, online: 1 } };
    const [one] = seenBy(WEB, [inventory({ quorum: down })]);
    assert.equal(one?.health, 'down');
    const { quorum, nodes, storages, backupJobs, version } = one.inventory;
    for (const part of [quorum, nodes, storages, backupJobs])
      assert.deepEqual(part, { known: false, why: 'not-yours' });
    assert.equal(version, null);
  });
});

describe('The pool of a target', () => {
  const poolAt = (vmid: number, list: readonly Inventory[]) =>
    poolOf({ kind: 'guest', site: HOME, vmid: Vmid.parse(vmid) }, list);

  it('is that of the guest on its site, none where it is in none, and not known where nobody saw it', () => {
    assert.equal(poolAt(101, [inventory()]), 'web');
    assert.equal(poolAt(102, [inventory()]), '');
    assert.equal(poolAt(999, [inventory()]), null);
    assert.equal(poolAt(101, [{ ...inventory(), site: SiteId.parse('lab') }]), null);
    assert.equal(poolAt(101, [inventory({ guests: { known: false, why: 'forbidden' } })]), null);
  });

  it('is none for what is no guest', () => {
    assert.equal(poolOf({ kind: 'rules' }, []), '');
    assert.equal(poolOf({ kind: 'node', site: HOME, node: NodeName.parse('pve1') }, []), '');
  });
});
