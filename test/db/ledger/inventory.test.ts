import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inventoryReader } from '#db/ledger/inventory';
import { Inventory } from '#policies/inventory';
import { someInventory } from '../../fake/worker.ts';
import { openStage, type Stage } from './stage.ts';

const YEAR = 365 * 86_400_000;

describe('inventories in the ledger', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());

  /** An inventory that its worker dates so; the rest of it tells it from others. */
  const tell = (at: number, nodes: 'known' | 'unknown' = 'known'): void => {
    const made = someInventory(at);
    const told = nodes === 'known' ? made : { ...made, nodes: { known: false, why: 'forbidden' } };
    stage.tell({ report: 'inventory', inventory: Inventory.parse(told) });
  };
  const kept = (): Inventory => inventoryReader(stage.ledger)()[0] ?? assert.fail();

  it('an inventory from the future is one of now, and the next one takes its place', () => {
    stage.skip(15_000);
    const at = stage.ledger.now();
    tell(at + YEAR);
    assert.equal(kept().at, at);
    stage.skip(15_000);
    tell(at + 14_000, 'unknown');
    assert.deepEqual([kept().at, kept().nodes.known], [at + 14_000, false]);
  });

  it('an inventory from the future that was kept before does not hold up those of now', () => {
    const { ledger } = stage;
    ledger.db.sqlite.prepare('UPDATE inventories SET at = ?').run(ledger.now() + YEAR);
    tell(ledger.now() - 1000, 'unknown');
    assert.equal(kept().nodes.known, false);
  });

  it('an older inventory that arrives late is dropped', () => {
    stage.skip(60_000);
    const at = stage.ledger.now();
    tell(at);
    tell(at - 30_000, 'unknown');
    assert.deepEqual([kept().at, kept().nodes.known], [at, true]);
  });

  it("each worker tells its own node's scripts, and those of other nodes stay as their workers told them", () => {
    const say = (node: string, ...names: readonly string[]): void => {
      const value = names.map((name) => ({ name, title: name, path: '/x', sha256: 'a', args: [] }));
      stage.skip(15_000);
      const scripts = [{ node, scripts: { known: true, value } }];
      stage.tell({ report: 'inventory', inventory: someInventory(stage.ledger.now(), { scripts }) });
    };
    const told = () =>
      kept().scripts.map(({ node, scripts }) => [
        node,
        scripts.known && scripts.value.map(({ name }) => name),
      ]);
    say('pve2', 'two');
    say('pve1', 'one', 'more');
    assert.deepEqual(told(), [
      ['pve1', ['one', 'more']],
      ['pve2', ['two']],
    ]);
    say('pve2');
    assert.deepEqual(told(), [
      ['pve1', ['one', 'more']],
      ['pve2', []],
    ]);
  });
});
