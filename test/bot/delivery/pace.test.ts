import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Pace, Sent } from '#bot/chat/chat';
import { paced } from '#bot/delivery/pace';
import { changeById } from '#db/ledger/change-rows';
import { apply } from '#db/ledger/changes';
import { redrawOpen } from '#db/ledger/copies-behind';
import type { Change } from '#policies/change/change';
import { cardOf } from '../../contract/chat/cards.ts';
import { omar } from '../../policies/people.ts';
import { openPacedGroup } from './paced-group.ts';
import { scriptedChat } from './scripted-chat.ts';

describe('a pace', () => {
  it('is never passed, wherever between question and answer the platform counts', async () => {
    const limit = fc.record({
      per: fc.constantFrom<Pace['per']>('chat', 'all'),
      count: fc.integer({ min: 1, max: 5 }),
      windowMs: fc.integer({ min: 1, max: 60 }),
    });
    const step = fc.record({
      chat: fc.constantFrom('a', 'b'),
      urgent: fc.boolean(),
      before: fc.nat(9),
      after: fc.nat(9),
    });
    const property = fc.asyncProperty(
      fc.array(limit, { minLength: 1, maxLength: 3 }),
      fc.array(step, { maxLength: 60 }),
      async (pace, steps) => {
        let at = 0;
        const seen: { readonly at: number; readonly chat: string }[] = [];
        const { chat } = scriptedChat('test', []);
        let answerAfter = 0;
        const post = (place: string): Promise<Sent> => {
          seen.push({ at, chat: place });
          at += answerAfter;
          return Promise.resolve({ sent: 'ok', ref: { platform: 'test', chat: place, message: 'm' } });
        };
        const one = paced({ ...chat, limits: { ...chat.limits, pace }, post }, () => at);
        for (const { chat: place, urgent, before, after } of steps) {
          const ms = one.waitFor(place, urgent);
          assert.ok(urgent || ms >= one.waitFor(place, true));
          at += ms;
          assert.equal(one.waitFor(place, urgent), 0, 'it waits no longer than it said');
          at += before;
          answerAfter = after;
          await one.post(place, cardOf('x'));
        }
        for (const { per, count, windowMs } of pace)
          for (const place of per === 'all' ? [null] : ['a', 'b']) {
            const times = seen.filter((call) => place === null || call.chat === place).map((call) => call.at);
            for (const [index, time] of times.entries()) {
              const first = times[index - count];
              assert.ok(
                first === undefined || time - first >= windowMs,
                `${count} in ${windowMs}: ${times.join()}`,
              );
            }
          }
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it('that the platform names is kept: a chat that asks to wait is left alone so long', async () => {
    let at = 0;
    const one = paced(scriptedChat('test', ['wait']).chat, () => at);
    await one.post('ops', cardOf('x'));
    assert.deepEqual([one.waitFor('ops', true), one.waitFor('net', true)], [3000, 0]);
    at = 3000;
    assert.equal(one.waitFor('ops', true), 0);
  });
});

describe('delivery to a group that takes 20 a minute', () => {
  let scene: Awaited<ReturnType<typeof openPacedGroup>>;
  beforeEach(async () => {
    scene = await openPacedGroup();
  });
  afterEach(() => scene.close());

  const many = (count: number): readonly Change[] =>
    Array.from({ length: count }, (_, index) => scene.ask(200 + index));
  const withdraw = ({ id }: Change): void =>
    void apply(scene.stage.ledger, id, { type: 'withdraw', by: omar.id }, { person: omar.id });
  const about = (change: Change): RegExp => new RegExp(`#${changeById(scene.stage.ledger, change.id)?.no} ·`);

  it('runs into no limit, and is as fast as the limit lets it', async () => {
    const changes = many(50);
    for (const change of changes) scene.plan(change);
    const took = await scene.settle();
    assert.equal(scene.refused(), 0);
    // Each is posted bare and then drawn.
    assert.equal(scene.sent().length, 100);
    // 20 in each of four minutes, and the last 20 by three in three seconds.
    assert.ok(took <= 1.1 * (240_000 + 18_000), `${took} ms`);
  });

  it('shows the latest state where a card moved on while the group took nothing', async () => {
    const changes = many(20);
    for (const change of changes) scene.plan(change);
    await scene.settle(20_000);
    const [change] = changes as [Change]; // twenty
    const before = scene.sent().length;
    redrawOpen(scene.stage.ledger);
    withdraw(change);
    await scene.settle();
    const later = scene
      .sent()
      .slice(before)
      .filter(({ text }) => about(change).test(text));
    assert.equal(later.length, 1);
    assert.match(later[0]?.text ?? '', /withdrawn/);
  });

  it('sends what people wait for before steps on the way, and keeps room for it', async () => {
    const [planning, waiting] = [many(30), scene.ask(300)];
    await scene.settle(30_000);
    const sent = scene.sent().length;
    assert.ok(sent < 20, 'a part of the minute is kept');
    scene.plan(waiting);
    await scene.settle(5_000);
    const since = scene.sent().slice(sent);
    // Its bare card may have been among the first.
    for (const { text } of since) assert.match(text, about(waiting));
    assert.match(since.at(-1)?.text ?? '', /waiting for approval/);
    await scene.settle();
    assert.equal(scene.refused(), 0);
    assert.equal(scene.telegram.messages(scene.group).length, planning.length + 1);
  });

  it('a group that is full holds up no other', async () => {
    for (const change of many(40)) scene.plan(change);
    await scene.settle(30_000);
    const elsewhere = scene.ask(400, [scene.other]);
    scene.plan(elsewhere);
    await scene.round();
    assert.ok(scene.sent().some(({ chat, text }) => chat === scene.other.id && about(elsewhere).test(text)));
  });

  it('posts a card anew that somebody deleted while its change is open, and not what is over', async () => {
    const [open, over] = [scene.ask(201), scene.ask(202)];
    for (const change of [open, over]) scene.plan(change);
    await scene.settle();
    const cardOfChange = (change: Change) =>
      scene.telegram.messages(scene.group).find(({ text }) => about(change).test(text));
    for (const change of [open, over])
      scene.telegram.removeMessage(scene.group, cardOfChange(change)?.id ?? assert.fail());
    withdraw(over);
    scene.restart();
    redrawOpen(scene.stage.ledger);
    await scene.settle();
    assert.match(cardOfChange(open)?.text ?? '', /waiting for approval/);
    assert.ok((cardOfChange(open)?.buttons.length ?? 0) > 0);
    assert.equal(cardOfChange(over), undefined);
  });

  /** So many cards stand open, the bot ends, the last of their changes end too, and another bot begins some minutes later. */
  const afterRestart = async (open: number, ended: number) => {
    const changes = many(open);
    for (const change of changes) scene.plan(change);
    await scene.settle();
    scene.stage.skip(120_000);
    const last = changes.slice(open - ended);
    for (const change of last) withdraw(change);
    scene.restart();
    redrawOpen(scene.stage.ledger);
    const before = scene.telegram.calls().length;
    const took = await scene.settle();
    // An edit that changes nothing is answered as an error, and counts.
    const calls = scene.telegram.calls().slice(before);
    const edits = calls.flatMap(({ method, args }) =>
      method === 'editMessageText' ? [String(args['text'])] : [],
    );
    return { took, last, edits };
  };

  it('has every one of 20 open cards right within a minute of a restart', async () => {
    const { took, edits } = await afterRestart(20, 5);
    assert.deepEqual([scene.refused(), edits.length], [0, 20]);
    assert.ok(took <= 60_000, `${took} ms`);
  });

  it('takes dead buttons away first after a restart, and of more than 20 cards draws each once, as fast as the limit lets it', async () => {
    const { took, last, edits } = await afterRestart(40, 8);
    assert.deepEqual([scene.refused(), edits.length], [0, 40], 'one edit carries the latest state');
    for (const text of edits.slice(0, last.length)) assert.match(text, /withdrawn/);
    // 20 in the first minute, and the last 20 by three in three seconds.
    assert.ok(took <= 1.1 * (60_000 + 18_000), `${took} ms`);
  });

  it('after an outage all that failed goes out as soon as one got through', async () => {
    scene.telegram.faults.fail5xxBeforeAccept('sendMessage', 1_000);
    scene.ask(201);
    for (let tries = 0; tries < 5; tries++) {
      await scene.round();
      if (tries < 4) scene.stage.skip(60_000);
    }
    scene.ask(202);
    await scene.round();
    scene.telegram.faults.clear();
    const took = await scene.settle();
    assert.equal(scene.telegram.messages(scene.group).length, 2);
    // Four messages, of which a chat takes three in three seconds.
    assert.ok(took < 7_000, `${took} ms`);
  });
});
