import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { dispatch } from '#bot/dispatch';
import type { Office } from '#bot/office';
import { receive } from '#db/ledger/inbound';
import { bindAccount } from '#db/ledger/people';
import { openStage, type Stage } from '../../db/ledger/stage.ts';
import { someInventory } from '../../fake/worker.ts';
import { EVERYBODY } from '../../policies/people.ts';
import { textOf } from '../chat-world.ts';

const row = (name: string) => ({
  name,
  title: `Title of ${name}`,
  path: `/usr/local/sbin/${name}`,
  sha256: 'a'.repeat(64),
  args: ['--all'],
});

const nodes = ['pve1', 'pve2', 'pve3'].map((node) => ({
  node,
  online: true,
  cpu: null,
  memory: null,
  maxMemory: null,
}));

const SCRIPTS = {
  nodes: { known: true, value: nodes },
  scripts: [
    { node: 'pve1', scripts: { known: true, value: [row('tune'), row('both')] } },
    { node: 'pve2', scripts: { known: true, value: [row('both')] } },
    { node: 'pve3', scripts: { known: false, why: 'not-understood' } },
  ],
};

describe('scripts in chat', () => {
  let stage: Stage;
  let events = 0;
  beforeEach(() => {
    stage = openStage(EVERYBODY);
    for (const { id } of EVERYBODY)
      bindAccount(stage.ledger, id, { platform: 'test', tenant: '', id }, { cli: 'test' });
  });
  afterEach(() => stage.close());

  const ask = (who: string, text: string, has: object = SCRIPTS): string => {
    const office: Office = {
      ledger: stage.ledger,
      authority: stage.authority,
      inventories: () => [someInventory(0, has)],
      watching: [],
      locale: 'en',
    };
    const place = { platform: 'test', chat: who, private: true };
    const does = { what: 'line', text, unseen: true } as const;
    const account = { platform: 'test', tenant: '', id: who };
    events += 1;
    const intent = { event: `e${events}`, account, place, at: 0, locale: 'en', does, reply: '' };
    receive(stage.ledger, 'test', intent.event, JSON.stringify(intent));
    const card = dispatch(office, intent);
    return card ? textOf(card) : assert.fail('no answer');
  };

  it('are listed with their nodes, and a catalogue that cannot be used is not one without scripts', () => {
    for (const said of [ask('vera', '/scripts'), ask('omar', '/script'), ask('omar', '/script show')]) {
      assert.match(said, /pve1: tune: Title of tune/);
      assert.match(said, /pve2: both: Title of both/);
      assert.match(said, /pve3: the catalogue cannot be used/);
    }
    assert.match(ask('vera', '/scripts', {}), /No node has a script/);
  });

  it('are shown as they were entered, with how to see what they would change', () => {
    for (const said of [ask('vera', '/scripts tune'), ask('omar', '/script show tune')]) {
      assert.match(said, /tune: Title of tune/);
      assert.match(said, /pve1: \/usr\/local\/sbin\/tune/);
      assert.match(said, new RegExp(`sha256 ${'a'.repeat(64)}`));
      assert.match(said, /Called with --all/);
      assert.match(said, /\/script plan tune home\/pve1/);
    }
    assert.match(ask('vera', '/scripts nobody-knows'), /No catalogue has a script nobody-knows/);
  });

  it('are asked for by node or after "plan", where the only node that has it need not be named', () => {
    for (const text of [
      '/script pve1 tune',
      '/script plan tune pve2',
      '/script plan tune',
      '/script plan both home/pve2 accept=failed answers="Go on=yes" reason="the NAS moved"',
    ])
      assert.match(ask('omar', text), /a plan is being made/, text);
    assert.match(ask('omar', '/script plan both'), /node/, 'two nodes have it');
    assert.match(
      ask('omar', '/script plan tune accept=everything'),
      /left-out, unanswered, failed or unseen/,
    );
    assert.match(ask('omar', '/script plan tune answers=yes'), /answers to its dialogs/);
    assert.match(ask('vera', '/script pve1 tune'), /viewer/);
  });
});
