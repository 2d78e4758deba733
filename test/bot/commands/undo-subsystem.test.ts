import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { dispatch } from '#bot/dispatch';
import type { Office } from '#bot/office';
import { latestChanges } from '#db/ledger/change-rows';
import { receive } from '#db/ledger/inbound';
import { bindAccount } from '#db/ledger/people';
import { NodeName } from '#policies/ids';
import type { Inventory } from '#policies/inventory';
import { openStage, type Stage } from '../../db/ledger/stage.ts';
import { someInventory } from '../../fake/worker.ts';
import { EVERYBODY } from '../../policies/people.ts';
import { textOf } from '../chat-world.ts';

describe('an undo of what was done to a part of a node since a moment', () => {
  let stage: Stage;
  let events = 0;
  let inventory: Inventory;
  beforeEach(() => {
    inventory = someInventory(0);
    stage = openStage(EVERYBODY);
    for (const { id } of EVERYBODY)
      bindAccount(stage.ledger, id, { platform: 'test', tenant: '', id }, { cli: 'test' });
  });
  afterEach(() => stage.close());

  const ask = (who: string, text: string): string => {
    const office: Office = {
      ledger: stage.ledger,
      authority: stage.authority,
      inventories: () => [inventory],
      watching: [],
      locale: 'en',
    };
    const place = { platform: 'test', chat: who, private: true };
    const does = { what: 'line', text, unseen: true } as const;
    const account = { platform: 'test', tenant: '', id: who };
    const intent = { event: `e${++events}`, account, place, at: 0, locale: 'en', does, reply: '' };
    receive(stage.ledger, 'test', intent.event, JSON.stringify(intent));
    const card = dispatch(office, intent);
    return card ? textOf(card) : assert.fail('no answer');
  };

  const latest = () => latestChanges(stage.ledger, 1)[0] ?? assert.fail('nothing was asked for');
  const HOUR = 3_600_000;

  it('is asked for in a sentence or by its fields, and is one change of the node', () => {
    for (const text of [
      '/undo subsystem network on pve1 to 2h',
      '/undo subsystem network pve1 2h',
      '/undo_subsystem network home/pve1 2h',
    ]) {
      assert.match(ask('omar', text), /a plan is being made/, text);
      const { action, target, params, undoes } = latest();
      assert.deepEqual([action, target], ['change.undo', { kind: 'node', site: 'home', node: 'pve1' }]);
      assert.equal(undoes, null);
      assert.equal(params['subsystem'], 'network');
      assert.equal(params['since'], stage.ledger.now() - 2 * HOUR);
      assert.match(JSON.stringify(params['to']), /^"\d{4}-\d\d-\d\d \d\d:\d\d UTC"$/);
    }
  });

  it('names no node where there is only one', () => {
    assert.match(ask('omar', '/undo subsystem kernel to yesterday'), /a plan is being made/);
    assert.equal(latest().params['subsystem'], 'kernel');
    const { nodes } = inventory;
    assert.ok(nodes.known);
    const more = nodes.value.map((node) => ({ ...node, node: NodeName.parse('pve2') }));
    inventory = { ...inventory, nodes: { known: true, value: [...nodes.value, ...more] } };
    assert.match(ask('omar', '/undo subsystem kernel to yesterday'), /no node yesterday|since/i);
  });

  it('says why, and may wait for its time, as any other change', () => {
    assert.match(
      ask('omar', '/undo subsystem apt on pve1 to today reason="it broke" at=+1h'),
      /To begin|a plan is being made/,
    );
    assert.deepEqual([latest().reason, latest().runAt], ['it broke', stage.ledger.now() + HOUR]);
  });

  it('is refused in words where something is missing, unknown or ahead', () => {
    const said: readonly (readonly [string, RegExp])[] = [
      ['/undo subsystem', /part of the node/],
      ['/undo_subsystem network', /node is missing/],
      ['/undo subsystem web on pve1 to 2h', /network, apt, kernel/],
      ['/undo subsystem network on pve9 to 2h', /no node pve9/i],
      ['/undo subsystem network on pve1 to tomorrow', /a moment that is over/],
      ['/undo subsystem network on pve1 to 2999-01-01', /a moment that is over/],
    ];
    for (const [text, words] of said) assert.match(ask('omar', text), words, text);
    assert.equal(latestChanges(stage.ledger, 1).length, 0);
  });
});
