import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Filling } from '#bot/chat/chat';
import { suggest } from '#bot/commands/suggest';
import type { Office } from '#bot/office';
import { inventoryReader } from '#db/ledger/inventory';
import { bindAccount } from '#db/ledger/people';
import { Scope } from '#policies/scope';
import { openStage, type Stage } from '../../db/ledger/stage.ts';
import { someInventory } from '../../fake/worker.ts';
import { ada, EVERYBODY, omar, somebody, vera } from '../../policies/people.ts';

const kim = somebody('kim', 'operator', {
  scope: Scope.parse({ pools: [], guests: [{ site: 'home', from: 101, to: 101 }] }),
});
const gone = somebody('gone', 'admin', { disabled: true });

let stage: Stage;
let office: Office;

beforeEach(() => {
  stage = openStage([...EVERYBODY, kim, gone]);
  const { ledger, authority } = stage;
  for (const { id } of [vera, omar, ada, kim, gone])
    bindAccount(ledger, id, { platform: 'test', tenant: '', id }, { cli: 'test' });
  stage.tell({ report: 'inventory', inventory: someInventory(ledger.now()) });
  office = { ledger, authority, inventories: inventoryReader(ledger), watching: [], locale: 'en' };
});
afterEach(() => stage.close());

const offered = (who: string, command: string, option: string, typed = '') => {
  const account: Filling['account'] = { platform: 'test', tenant: '', id: who };
  const place = { platform: 'test', chat: 'ops', private: false };
  return suggest(office, { account, place, command, option, typed });
};
const values = (...args: Parameters<typeof offered>) => offered(...args).map(({ value }) => value);

describe('whoever fills a field', () => {
  test('is offered guests by what was typed of their number or name, those that begin so first', () => {
    assert.ok(offered('omar', 'stop', 'guest').length > 2);
    assert.deepEqual(values('omar', 'stop', 'guest', 'WEB'), ['101']);
    assert.match(offered('omar', 'stop', 'guest', '101')[0]?.label ?? '', /^101 web-01 · running$/);
    assert.deepEqual(values('omar', 'stop', 'guest', 'nothing like it'), []);
  });

  test('is offered nodes, open changes and people', () => {
    const change = stage.ask(omar);
    assert.ok(values('omar', 'recipe', 'node').includes('pve1'));
    assert.deepEqual(values('vera', 'why', 'change'), [String(change.no)]);
    assert.match(offered('vera', 'why', 'change')[0]?.label ?? '', /^#1 guest\.stop web-01$/);
    assert.ok(values('ada', 'role', 'person').includes('omar'));
  });

  test('is offered nothing as a stranger, when disabled, or for a command above their role', () => {
    for (const who of ['stranger', 'gone', 'vera']) assert.deepEqual(values(who, 'stop', 'guest'), [], who);
    assert.deepEqual(values('omar', 'role', 'person'), []);
  });

  test('is offered nothing for a field of free text, or one that there is not', () => {
    assert.deepEqual(values('omar', 'stop', 'reason', 'x'), []);
    assert.deepEqual(values('omar', 'stop', 'disk', 'x'), []);
    assert.deepEqual(values('omar', 'sudo', 'guest'), []);
  });

  test('is offered only what they may see', () => {
    stage.ask(omar, 102, 'guest.start');
    assert.deepEqual(values('kim', 'stop', 'guest'), ['101']);
    assert.deepEqual(values('kim', 'why', 'change'), []);
    assert.deepEqual(values('kim', 'recipe', 'node'), []);
  });
});
