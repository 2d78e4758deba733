import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { Card } from '#bot/chat/card';
import { idle } from '#bot/delivery/beside';
import { deliverAll } from '#bot/delivery/deliver';
import { drawCopy } from '#bot/delivery/draw';
import { paced } from '#bot/delivery/pace';
import type { Office } from '#bot/office';
import { changeById } from '#db/ledger/change-rows';
import { apply, isFinal } from '#db/ledger/changes';
import { type Copy, copiesBehind, wantCopies } from '#db/ledger/copies';
import { copies } from '#db/ledger/schema/chats';
import { castDenial, castVote } from '#db/ledger/votes';
import { immediate } from '#db/open';
import type { Change } from '#policies/change/change';
import { openStage, type Stage } from '../../db/ledger/stage.ts';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { ada, omar } from '../../policies/people.ts';
import { type Fate, scriptedChat } from './scripted-chat.ts';

const officeOf = (stage: Stage): Office => ({
  ledger: stage.ledger,
  authority: stage.authority,
  inventories: () => [],
  watching: [],
  locale: 'en',
});

const copiesOf = ({ ledger }: Stage): readonly Copy[] => ledger.db.orm.select().from(copies).all();

/** A change whose card is wanted in these chats of the platform `test`. */
const asked = (stage: Stage, chats: readonly string[] = ['ops']): Change => {
  const change = stage.ask(omar);
  const places = chats.map((chat) => ({ platform: 'test', chat }));
  immediate(stage.ledger.db, () => wantCopies(stage.ledger, change, places));
  return change;
};

const now = (stage: Stage, { id }: Change): Change => changeById(stage.ledger, id) ?? assert.fail();

const plan = (stage: Stage, change: Change): void => {
  const { id, action, target, params } = change;
  stage.tell(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
};

const decide = (stage: Stage, change: Change, what: 'vote' | 'deny'): void => {
  const { state } = now(stage, change);
  if (!('plan' in state)) return;
  const ballot = { change, person: ada, plan: state.plan, actor: { person: ada.id } };
  if (what === 'vote') castVote(stage.ledger, stage.authority, { ...ballot, typed: null });
  else castDenial(stage.ledger, ballot);
};

/** Delivers until nothing is behind, letting pass the pauses that were asked for. */
const settle = async (stage: Stage, platform: ReturnType<typeof scriptedChat>): Promise<void> => {
  for (let round = 0; round < 60; round++) {
    await deliverAll(officeOf(stage), paced(platform.chat, stage.ledger.now));
    stage.skip(61_000);
    if (copiesBehind(stage.ledger, 'test', 1).length === 0) return;
  }
  assert.fail('some copy never catches up');
};

const assertShown = (stage: Stage, platform: ReturnType<typeof scriptedChat>): void => {
  for (const copy of copiesOf(stage).filter(({ gone }) => gone === 0)) {
    const drawn = immediate(stage.ledger.db, () => drawCopy(officeOf(stage), copy, platform.chat.limits));
    if (typeof drawn === 'string') assert.fail(drawn);
    assert.deepEqual(platform.shows(copy.chat, copy.message ?? ''), drawn.card);
  }
};

describe('delivery', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());

  it('whatever becomes of posts and edits, every copy ends at the last version, one message at a time in each chat', async () => {
    const fate = fc.oneof(
      { arbitrary: fc.constant<Fate>('ok'), weight: 5 },
      { arbitrary: fc.constantFrom<Fate>('wait', 'refused', 'unknown', 'lost'), weight: 5 },
      { arbitrary: fc.constantFrom<Fate>('moved', 'gone'), weight: 1 },
    );
    const step = fc.constantFrom('ask', 'plan', 'vote', 'deny', 'withdraw', 'deliver', 'wait');
    const steps = fc.array(fc.tuple(step, fc.nat(2)), { minLength: 5, maxLength: 25 });
    const property = fc.asyncProperty(fc.array(fate, { maxLength: 30 }), steps, async (fates, moves) => {
      const own = openStage();
      try {
        const platform = scriptedChat('test', [...fates]);
        const changes = [asked(own, ['ops', 'net'])];
        for (const [what, index] of moves) {
          const change = changes[index % changes.length] ?? assert.fail();
          if (what === 'ask') changes.push(asked(own, index === 0 ? ['ops'] : ['ops', 'net', 'ops+']));
          else if (what === 'plan') plan(own, change);
          else if (what === 'vote' || what === 'deny') decide(own, change, what);
          else if (what === 'withdraw')
            apply(own.ledger, change.id, { type: 'withdraw', by: omar.id }, { person: omar.id });
          else if (what === 'wait') own.skip(5000);
          else await deliverAll(officeOf(own), paced(platform.chat, own.ledger.now));
        }
        await settle(own, platform);
        assertShown(own, platform);
        const calls = platform.calls.length;
        await settle(own, platform);
        assert.equal(platform.calls.length, calls, 'what is shown is not sent again');
      } finally {
        own.close();
      }
    });
    await fc.assert(property, { numRuns: 100, interruptAfterTimeLimit: 60_000 });
  });

  it('a message that was lost sight of has nothing to press and tells of no state', async () => {
    const platform = scriptedChat('test', ['lost', 'lost', 'ok', 'lost', 'ok']);
    const change = asked(stage);
    plan(stage, change);
    await settle(stage, platform);
    const [copy] = copiesOf(stage);
    const real = platform.shows('ops', copy?.message ?? '');
    assert.ok(real && real.buttons.length > 0);
    const lost = platform.shown().filter((card) => card !== real);
    assert.equal(lost.length, 2);
    for (const { buttons, lead, must } of lost) {
      assert.deepEqual([buttons, must], [[], []]);
      assert.doesNotMatch(JSON.stringify(lead), /waiting/);
    }
  });

  it('buttons are gone from every copy after a decision', async () => {
    const platform = scriptedChat('test', []);
    const change = asked(stage, ['ops', 'net']);
    plan(stage, change);
    await settle(stage, platform);
    for (const { chat, message } of copiesOf(stage))
      assert.ok((platform.shows(chat, message ?? '')?.buttons.length ?? 0) > 0);
    decide(stage, change, 'deny');
    await settle(stage, platform);
    for (const { chat, message } of copiesOf(stage))
      assert.deepEqual(platform.shows(chat, message ?? '')?.buttons, []);
  });

  it('a moved chat is followed: its open change is posted there, and what is over stays where it was', async () => {
    const fates: Fate[] = [];
    const platform = scriptedChat('test', fates);
    const over = asked(stage);
    apply(stage.ledger, over.id, { type: 'withdraw', by: omar.id }, { person: omar.id });
    const open = asked(stage);
    await settle(stage, platform);
    const calls = platform.calls.length;
    plan(stage, open);
    fates.push('moved');
    await settle(stage, platform);
    assert.deepEqual(
      platform.calls.slice(calls),
      ['ops', 'ops+', 'ops+'],
      'refused, then posted bare and drawn',
    );
    assertShown(stage, platform);
    assert.equal(isFinal(now(stage, over)), true);
  });

  it('a chat that moved to one that has the card already keeps one copy, and nobody else waits for it', async () => {
    const platform = scriptedChat('test', ['moved']);
    asked(stage, ['ops', 'ops+', 'tea']);
    await settle(stage, platform);
    const live = copiesOf(stage).filter(({ gone }) => gone === 0);
    assert.deepEqual(live.map(({ chat }) => chat).sort(), ['ops+', 'tea']);
    assertShown(stage, platform);
  });

  it('a card in a chat that was taken out of the configuration is not edited any more, also when the chat comes back', async () => {
    const platform = scriptedChat('test', []);
    const change = asked(stage, ['ops', 'net']);
    await settle(stage, platform);
    platform.left.add('net');
    plan(stage, change);
    await settle(stage, platform);
    platform.left.clear();
    decide(stage, change, 'deny');
    await settle(stage, platform);
    assert.deepEqual(platform.calls.toSorted(), ['net', 'net', 'ops', 'ops', 'ops', 'ops']);
  });

  it('a chat that hangs holds up no other, and is worked in again once it answers', async () => {
    const { chat, calls } = scriptedChat('test', []);
    const hanging = Promise.withResolvers<void>();
    const slow = {
      ...chat,
      post: async (place: string, card: Card) => {
        if (place === 'ops') await hanging.promise;
        return chat.post(place, card);
      },
    };
    const one = paced(slow, stage.ledger.now);
    const busy = idle(1);
    const round = () => deliverAll(officeOf(stage), one, busy);
    asked(stage, ['ops', 'net']);
    await round();
    while (busy.lanes.size > 1) await setImmediate();
    assert.deepEqual([[...busy.lanes.keys()], [...new Set(calls)]], [['ops'], ['net']]);
    asked(stage, ['net', 'ops']);
    const before = calls.length;
    stage.skip(61_000);
    await round();
    while (busy.lanes.size > 1) await setImmediate();
    assert.ok(calls.slice(before).includes('net') && !calls.includes('ops'));
    const lanes = [...busy.lanes.values()];
    hanging.resolve();
    await Promise.all(lanes);
    assert.equal(busy.lanes.size, 0);
    assert.ok(calls.includes('ops'));
  });

  it('a chat that is gone is left alone', async () => {
    const platform = scriptedChat('test', ['gone']);
    const change = asked(stage);
    await settle(stage, platform);
    plan(stage, change);
    decide(stage, change, 'deny');
    await settle(stage, platform);
    assert.deepEqual(platform.calls, ['ops']);
  });
});
