import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { someInventory } from '../fake/worker.ts';
import { ruleFile } from '../policies/decide/asked.ts';
import { openRoom } from './room.ts';

/** Tags of a guest are what anybody with rights on that guest writes there. */
describe('a tag', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  afterEach(() => room.close());
  const LAB = { id: 'lab', match: { tag: ['lab'] }, need: [] };
  const STOP = { id: 'stop', match: { action: ['guest.stop'] }, need: [{ count: 1, role: 'admin' }] };
  const PROD = { id: 'prod', match: { tag: ['prod'] }, need: [{ count: 2, role: 'admin' }] };
  const under = async (...rules: readonly object[]) => {
    room = await openRoom({ rules: ruleFile(rules) });
  };
  /** Somebody edits the tags of guest 101, and the worker sees it. */
  const tagged = async (...tags: readonly string[]) => {
    const inventory = someInventory(room.ledger.now());
    assert.ok(inventory.guests.known);
    const value = inventory.guests.value.map((guest) =>
      guest.vmid === 101 ? { ...guest, tags: [...tags] } : guest,
    );
    await room.worker.tell({
      report: 'inventory',
      inventory: { ...inventory, guests: { known: true, value } },
    });
  };
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run').length;

  it('a tag that anybody can edit never loosens a rule', async () => {
    await under(LAB, STOP);
    await tagged('lab');
    assert.match(await room.ask('omar', '/reboot 101'), /tag/i);
    assert.equal(changeByNo(room.ledger, 1), undefined, 'no rule but that of a tag allows it');
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval[^]*0\/1/);
    assert.equal(runs(), 0);
  });

  it('a tag that is taken away after the request loosens nothing: the stricter of then and now holds', async () => {
    await under(STOP, PROD);
    await tagged('prod');
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval[^]*0\/2/);
    await tagged();
    assert.match(await room.press('ada', 1, 'Approve'), /1 more needed/);
    assert.equal(runs(), 0);
  });
});
