import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { dispatch } from '#bot/dispatch';
import type { Office } from '#bot/office';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import { receive } from '#db/ledger/inbound';
import { bindAccount } from '#db/ledger/people';
import { RecipeId } from '#policies/recipes/recipe';
import { openStage, type Stage } from '../../db/ledger/stage.ts';
import { someInventory } from '../../fake/worker.ts';
import { EVERYBODY } from '../../policies/people.ts';
import { textOf } from '../chat-world.ts';

describe('recipes in chat', () => {
  let stage: Stage;
  let events = 0;
  beforeEach(() => {
    stage = openStage(EVERYBODY);
    for (const { id } of EVERYBODY)
      bindAccount(stage.ledger, id, { platform: 'test', tenant: '', id }, { cli: 'test' });
  });
  afterEach(() => stage.close());

  const ask = (who: string, text: string): string => {
    const office: Office = {
      ledger: stage.ledger,
      authority: stage.authority,
      inventories: () => [someInventory(0)],
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

  it('are listed with what each does, how risky it is, and whether it needs a reboot', () => {
    const said = ask('vera', '/recipes');
    for (const { id, title } of readRecipes(RECIPES).values())
      assert.ok(said.includes(`${id}: ${title}`), id);
    assert.match(said, /vfio-intel: .* \(high, counts after a reboot\)/);
    assert.match(said, /memory: .* \(medium\)/);
  });

  it('are shown one by one, by either spelling', () => {
    assert.match(ask('vera', '/recipes memory'), /vm\.swappiness = 10/);
    assert.match(ask('omar', '/recipe show memory'), /vm\.swappiness = 10/);
    assert.match(ask('omar', '/recipe show no-such'), /There is no recipe no-such/);
  });

  it('are told of on a node as its worker saw them last, which is asked to look anew where that is long ago', () => {
    const waiting = (): number =>
      Number(
        stage.ledger.db.sqlite
          .prepare("SELECT count(*) FROM outbox WHERE body LIKE '%survey%'")
          .pluck()
          .get(),
      );
    assert.match(ask('vera', '/recipes pve1'), /Its worker is looking now/);
    assert.equal(waiting(), 1);
    const recipe = RecipeId.parse('memory');
    const unfit = RecipeId.parse('zfs-arc');
    stage.tell({
      report: 'recipes',
      at: stage.ledger.now(),
      standings: [
        { recipe: unfit, is: 'unfit', why: 'no ZFS pool' },
        { recipe, is: 'holds' },
      ],
    });
    const said = ask('vera', '/recipes home/pve1');
    assert.match(said, /memory: holds[^]*zfs-arc: does not apply \(no ZFS pool\)/);
    assert.doesNotMatch(said, /looking now/);
    assert.equal(waiting(), 1);
    stage.skip(60_000);
    assert.match(ask('vera', '/recipes pve1'), /looking now[^]*memory: holds/);
    assert.equal(waiting(), 2);
    assert.match(ask('vera', '/recipes pve9'), /There is no recipe pve9/);
  });

  it('are asked for by the node first, as ever, or after "apply"', () => {
    const asked = '/recipe pve1 memory';
    const wanted = ask('omar', asked);
    assert.match(wanted, /home\/pve1|#\d+/, wanted);
    for (const text of ['/recipe apply memory pve1', '/recipe apply memory'])
      assert.match(ask('omar', text), /a plan is being made/, text);
    assert.match(ask('omar', '/recipe apply'), /recipe/);
  });
});
