import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { Intent } from '#bot/chat/intent';
import { cardOf, landed, noteOf } from './cards.ts';
import type { OpenParty } from './party.ts';
import { needs, sceneOf } from './scene.ts';

const long = noteOf(
  'Details of 12',
  ...Array.from({ length: 20 }, (_, index) => `line ${index} of what there is`),
);

/** What one person is told, and nobody else. */
export const answering = (openParty: OpenParty): void => {
  const scene = sceneOf(openParty);
  const told = (name: string): string => scene().party.told(name).join('\n');
  const pressedBy = async (name: string): Promise<Intent> => {
    const { party, heard } = scene();
    const ref = landed(await party.chat.post(party.room, cardOf('plan 12')));
    party.presses(name, ref.message, { label: 'Approve' });
    await party.until(() => heard.length > 0);
    return heard.at(-1) ?? assert.fail();
  };

  describe('an answer', () => {
    test('to a press reaches the person and nobody else, short or long, and the room stays as it was', async () => {
      const { party } = scene();
      for (const [card, words] of [
        [noteOf('Counted.'), ['Counted.']],
        [long, ['Details of 12', 'line 0 of', 'line 19 of']],
      ] as const) {
        const intent = await pressedBy('omar');
        const room = party.shown(party.room);
        landed(await party.chat.whisper(intent, card));
        for (const word of words) assert.ok(told('omar').includes(word), told('omar'));
        assert.equal(told('ada'), '');
        assert.deepEqual(party.shown(party.room), room);
      }
    });

    test('to a line reaches the person and nobody else', async () => {
      const { party, heard } = scene();
      party.says('omar', '/status');
      await party.until(() => heard.length > 0);
      const room = party.shown(party.room);
      landed(await party.chat.whisper(heard[0] ?? assert.fail(), long));
      assert.match(told('omar'), /Details of 12[\s\S]*line 19 of/);
      assert.equal(told('ada'), '');
      assert.deepEqual(party.shown(party.room), room);
    });

    test('to a press reaches also whom the bot cannot write to', async (t) => {
      const { party } = scene();
      const mute = needs(t, 'somebody who cannot be written to', party.mute);
      if (mute === null) return;
      const intent = await pressedBy(mute);
      landed(await party.chat.whisper(intent, noteOf('Counted.')));
      landed(await party.chat.whisper(intent, long));
      assert.match(told(mute), /Counted\.[\s\S]*Details of 12/);
    });
  });

  describe('a word to somebody who did not ask', () => {
    test('reaches that person and nobody else', async () => {
      const { party } = scene();
      const room = party.shown(party.room);
      landed(await party.chat.tell(party.account('omar'), noteOf('Your change waits.')));
      assert.match(told('omar'), /Your change waits\./);
      assert.equal(told('ada'), '');
      assert.deepEqual(party.shown(party.room), room);
    });

    test('is no success where the person cannot be written to', async (t) => {
      const { party } = scene();
      const mute = needs(t, 'somebody who cannot be written to', party.mute);
      if (mute === null) return;
      const sent = await party.chat.tell(party.account(mute), noteOf('Your change waits.'));
      assert.match(sent.sent, /^(?:gone|refused)$/);
      assert.equal(told(mute), '');
    });
  });

  test('no secret is in what is logged or given back, whatever goes wrong', async (t) => {
    const { party } = scene();
    const befall = needs(t, 'faults', party.fault);
    if (!befall) return;
    const said: unknown[] = [];
    for (const kind of ['post', 'edit'] as const)
      for (const when of ['before', 'after'] as const)
        for (const fault of ['broken', 'dropped'] as const) {
          const ref = landed(await party.chat.post(party.room, cardOf('plan 12')));
          befall(kind, { fault, when });
          const card = noteOf(`${kind} ${fault} ${when}`);
          said.push(await (kind === 'post' ? party.chat.post(party.room, card) : party.chat.edit(ref, card)));
        }
    party.cuts?.();
    for (const { act } of party.impostors) act();
    said.push(
      await party.chat.tell(party.account('mute'), noteOf('x')),
      inspect(party.chat, { depth: 9, showHidden: true }),
    );
    await party.close();
    const everything = [
      ...party.logged(),
      ...said.map((one) => inspect(one, { depth: 9, showHidden: true })),
    ].join('\n');
    assert.ok(party.secrets.length > 0 && said.length > 8);
    for (const secret of party.secrets) assert.ok(!everything.includes(secret), everything);
  });
};
