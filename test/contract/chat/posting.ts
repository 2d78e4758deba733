import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripOutside } from '#bot/chat/outside';
import { cardOf, cardWithFile, HOSTILE, landed, noteOf, wholeDiff } from './cards.ts';
import type { Fault, OpenParty } from './party.ts';
import { allText, needs, sceneOf } from './scene.ts';

const LOST: readonly Fault[] = [
  { fault: 'broken', when: 'after' },
  { fault: 'dropped', when: 'after' },
];
const NOT_DONE: readonly Fault[] = [
  { fault: 'broken', when: 'before' },
  { fault: 'dropped', when: 'before' },
];
const nameOf = (fault: Fault): string => ('when' in fault ? `${fault.fault} ${fault.when}` : fault.fault);

/** What cards come to in a room. */
export const posting = (openParty: OpenParty): void => {
  const scene = sceneOf(openParty);
  const seen = () => scene().party.shown(scene().party.room);
  const withButtons = () => seen().filter(({ buttons }) => buttons.includes('Approve'));

  describe('a card', () => {
    test('is posted and edited in place, and its buttons go with the edit', async () => {
      const { chat, room } = scene().party;
      const ref = landed(await chat.post(room, cardOf('plan 12')));
      assert.deepEqual([ref.platform, ref.chat], [chat.platform, room]);
      assert.deepEqual(
        withButtons().map(({ id }) => id),
        [ref.message],
      );
      assert.deepEqual(landed(await chat.edit(ref, noteOf('plan 12 is done'))), ref);
      assert.equal(seen().length, 1);
      assert.match(allText(seen()), /plan 12 is done/);
      assert.equal(withButtons().length, 0);
    });

    test('that is as it was already counts as edited', async () => {
      const { chat, room } = scene().party;
      const ref = landed(await chat.post(room, cardOf('plan 12')));
      assert.deepEqual(landed(await chat.edit(ref, cardOf('plan 12'))), ref);
      assert.deepEqual(landed(await chat.edit(ref, cardOf('plan 12'))), ref);
      assert.equal(seen().length, 1);
    });

    test('whose message was deleted is gone', async (t) => {
      const { chat, room, deletes } = scene().party;
      const remove = needs(t, 'deleting', deletes);
      if (!remove) return;
      const ref = landed(await chat.post(room, cardOf('plan 12')));
      remove(ref.message);
      assert.deepEqual(await chat.edit(ref, cardOf('plan 13')), { sent: 'gone' });
      assert.equal(seen().length, 0);
    });

    test('may stand in the configured room and in no other', (t) => {
      const { chat, room, elsewhere } = scene().party;
      assert.equal(chat.serves(room), true);
      const other = needs(t, 'another room', elsewhere);
      if (other !== null) assert.equal(chat.serves(other), false);
    });

    test('shows text from outside as it is, and none of it rings or leads anywhere', async () => {
      const { chat, room } = scene().party;
      const must = HOSTILE.map((text) => [{ span: 'outside', text }] as const);
      landed(await chat.post(room, cardOf('plan 12', { must })));
      const [card] = seen();
      for (const text of HOSTILE)
        assert.ok(card?.text.includes(stripOutside(text)), `${text}\n\n${card?.text}`);
      assert.deepEqual(card?.live, []);
    });

    test('has a diff that nothing in it can end or make ring', async () => {
      const { chat, room } = scene().party;
      const lines = ['-```', '+```', '-</code></pre>', '+@everyone <!channel> <@U012AB3CD>', ' \u202eend'];
      landed(await chat.post(room, cardOf('plan 12', { diff: lines.join('\n') })));
      const [card] = seen();
      for (const line of lines.slice(0, 4)) assert.ok(card?.text.includes(line), `${line}\n\n${card?.text}`);
      assert.ok(card?.text.includes('\\u{202e}end'), card?.text);
      assert.deepEqual(card?.live, []);
    });
  });

  describe('a file', () => {
    test('is there, whole to the byte, before the buttons that need it', async (t) => {
      const { chat, room } = scene().party;
      if (!needs(t, 'files', chat.limits.files || null)) return;
      landed(await chat.post(room, cardWithFile('plan 12')));
      const at = seen().findIndex(({ files }) => files.length > 0);
      assert.deepEqual(
        seen().flatMap(({ files }) => files),
        [{ name: 'change-12.diff', text: wholeDiff }],
      );
      assert.ok(at <= seen().findIndex(({ buttons }) => buttons.includes('Approve')), JSON.stringify(seen()));
      assert.equal(withButtons().length, 1);
    });

    test('that could not be sent leaves no card that could be approved; tried again there is one card', async (t) => {
      const { chat, room, fault } = scene().party;
      const befall = chat.limits.files ? needs(t, 'faults', fault) : needs(t, 'files', null);
      if (!befall) return;
      for (const what of NOT_DONE) {
        befall('file', what);
        assert.notEqual((await chat.post(room, cardWithFile('plan 12'))).sent, 'ok', nameOf(what));
        assert.equal(withButtons().length, 0, nameOf(what));
      }
      landed(await chat.post(room, cardWithFile('plan 12')));
      assert.equal(withButtons().length, 1);
      assert.equal(
        seen()
          .flatMap(({ files }) => files)
          .at(-1)?.text,
        wholeDiff,
      );
    });
  });

  describe('a platform in trouble', () => {
    test('says how long to wait, and nothing was done', async (t) => {
      const { chat, room, fault } = scene().party;
      const befall = needs(t, 'faults', fault);
      if (!befall) return;
      befall('post', { fault: 'wait', seconds: 7 });
      assert.deepEqual(await chat.post(room, cardOf('plan 12')), { sent: 'wait', ms: 7_000 });
      assert.equal(seen().length, 0);
      const ref = landed(await chat.post(room, cardOf('plan 12')));
      befall('edit', { fault: 'wait', seconds: 31 });
      assert.deepEqual(await chat.edit(ref, noteOf('done')), { sent: 'wait', ms: 31_000 });
      assert.equal(withButtons().length, 1);
    });

    for (const what of NOT_DONE)
      test(`that did nothing (${nameOf(what)}) is no success, and the next try is the only card`, async (t) => {
        const { chat, room, fault } = scene().party;
        const befall = needs(t, 'faults', fault);
        if (!befall) return;
        befall('post', what);
        assert.match((await chat.post(room, cardOf('plan 12'))).sent, /^(?:unknown|wait)$/);
        assert.equal(seen().length, 0);
        const ref = landed(await chat.post(room, cardOf('plan 12')));
        assert.equal(seen().length, 1);
        befall('edit', what);
        assert.match((await chat.edit(ref, noteOf('done'))).sent, /^(?:unknown|wait)$/);
        landed(await chat.edit(ref, noteOf('done')));
        assert.deepEqual([seen().length, withButtons().length], [1, 0]);
      });

    for (const what of LOST)
      test(`whose answer was lost (${nameOf(what)}) is asked once, and the card exists as rarely as it can`, async (t) => {
        const { chat, room, fault, cardsAfterLoss } = scene().party;
        const befall = needs(t, 'faults', fault);
        if (!befall) return;
        befall('post', what);
        assert.match((await chat.post(room, cardOf('plan 12'))).sent, /^(?:unknown|wait)$/);
        assert.equal(withButtons().length, 1, 'no try of its own');
        const ref = landed(await chat.post(room, cardOf('plan 12')));
        assert.ok(withButtons().length <= cardsAfterLoss, `${withButtons().length} cards`);
        befall('edit', what);
        assert.match((await chat.edit(ref, noteOf('done'))).sent, /^(?:unknown|wait)$/);
        landed(await chat.edit(ref, noteOf('done')));
        assert.ok(seen().some(({ id, buttons }) => id === ref.message && buttons.length === 0));
      });
  });
};
