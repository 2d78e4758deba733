import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NodeName } from '#policies/ids';
import type { NodeRow, StorageRow } from '#policies/inventory';
import { hostHealth, nodesHealth, quorumHealth, storagesHealth, worstOf } from '#policies/site-health';
import { someInventory } from '../fake/worker.ts';

const node = (online: boolean): NodeRow => ({
  node: NodeName.parse('pve1'),
  online,
  cpu: null,
  memory: null,
  maxMemory: null,
});

const storage = (more: Partial<StorageRow>): StorageRow => ({
  storage: 'local',
  node: NodeName.parse('pve1'),
  shared: false,
  active: true,
  content: [],
  used: 1,
  total: 10,
  ...more,
});

const quorum = (standalone: boolean, quorate: boolean) => ({ standalone, quorate, nodes: 3, online: 1 });
const NOT_KNOWN = { known: false, why: 'forbidden' } as const;

describe('The health of a site', () => {
  it('is that of its worst part, and what is not known is worse than what wants a look', () => {
    assert.equal(worstOf(['healthy', 'degraded', 'unknown', 'down']), 'down');
    assert.equal(worstOf(['healthy', 'degraded', 'unknown']), 'unknown');
    assert.equal(worstOf(['healthy', 'degraded']), 'degraded');
    assert.equal(worstOf(['healthy']), 'healthy');
    assert.equal(worstOf([]), 'unknown');
  });

  it('is down without a quorum, which a standalone node never is', () => {
    assert.equal(quorumHealth(quorum(false, true)), 'healthy');
    assert.equal(quorumHealth(quorum(false, false)), 'down');
    assert.equal(quorumHealth(quorum(true, false)), 'healthy');
  });

  it('wants a look where one node of several is offline', () => {
    assert.equal(nodesHealth([node(true), node(true)]), 'healthy');
    assert.equal(nodesHealth([node(true), node(false)]), 'degraded');
  });

  it('wants a look where one storage of several is not active, or nine tenths full', () => {
    assert.equal(storagesHealth([storage({}), storage({ used: 8.9 })]), 'healthy');
    assert.equal(storagesHealth([storage({}), storage({ used: 9 })]), 'degraded');
    assert.equal(storagesHealth([storage({}), storage({ active: false })]), 'degraded');
    for (const unknown of [{ used: null }, { total: null }, { used: 0, total: 0 }])
      assert.equal(storagesHealth([storage(unknown)]), 'healthy');
  });

  it('is that of quorum, nodes and storages, and not known where one of them is not', () => {
    assert.equal(hostHealth(someInventory(0)), 'healthy');
    assert.equal(
      hostHealth({ ...someInventory(0), quorum: { known: true, value: quorum(false, false) } }),
      'down',
    );
    assert.equal(
      hostHealth({ ...someInventory(0), nodes: { known: true, value: [node(false)] } }),
      'degraded',
    );
    for (const part of ['quorum', 'nodes', 'storages'])
      assert.equal(hostHealth({ ...someInventory(0), [part]: NOT_KNOWN }), 'unknown', part);
  });
});
