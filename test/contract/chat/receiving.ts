import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cardOf, landed } from './cards.ts';
import type { OpenParty } from './party.ts';
import { needs, sceneOf } from './scene.ts';

/** What becomes of what people do. */
export const receiving = (openParty: OpenParty): void => {
  const scene = sceneOf(openParty);
  const events = () => new Set(scene().heard.map(({ event }) => event));
  const lines = () => scene().heard.flatMap(({ does }) => (does.what === 'line' ? [does.text] : []));
  const post = async () => landed(await scene().party.chat.post(scene().party.room, cardOf('plan 12')));

  describe('a line', () => {
    test('becomes one intent of whoever typed it, where it was typed', async () => {
      const { party, heard } = scene();
      party.says('omar', '/stop 101');
      await party.until(() => heard.length > 0);
      const [intent] = heard;
      assert.equal(intent?.does.what === 'line' && intent.does.text, '/stop 101');
      assert.deepEqual(intent?.account, party.account('omar'));
      assert.deepEqual([intent?.place.platform, intent?.place.chat], [party.chat.platform, party.room]);
      assert.equal(heard.length, 1);
    });

    test('that nobody else can read is known to be unseen', async () => {
      const { party, heard } = scene();
      party.mutters('ada', '/link SECRET');
      await party.until(() => heard.length > 0);
      const [intent] = heard;
      assert.deepEqual(intent?.does, { what: 'line', text: '/link SECRET', unseen: true });
      assert.deepEqual(intent.account, party.account('ada'));
    });
  });

  describe('a press', () => {
    test('becomes one intent with the button and the message that it hangs on', async () => {
      const { party, heard } = scene();
      const ref = await post();
      party.presses('ada', ref.message, { label: 'Approve' });
      await party.until(() => heard.length > 0);
      const [intent] = heard;
      assert.deepEqual(intent?.does, { what: 'press', token: 'token-of-approve', message: ref.message });
      assert.deepEqual(intent.account, party.account('ada'));
      assert.equal(intent.place.chat, party.room);
      assert.equal(heard.length, 1);
    });

    test('with a forged token comes in as a press of no button, and does nothing by itself', async () => {
      const { party, heard } = scene();
      const ref = await post();
      const before = party.shown(party.room);
      party.presses('ada', ref.message, { forged: 'token-that-is-forged' });
      await party.until(() => heard.length > 0);
      const [intent] = heard;
      assert.ok(intent?.does.what === 'press' && intent.does.token !== 'token-of-approve');
      assert.deepEqual(party.shown(party.room), before);
    });
  });

  describe('an event', () => {
    test('that is delivered again is the same event', async (t) => {
      const { party, heard } = scene();
      const repeat = needs(t, 'redelivery', party.repeats);
      if (!repeat) return;
      party.says('omar', '/stop 101');
      await party.until(() => heard.length === 1);
      repeat();
      await party.until(() => heard.length === 2);
      const ref = await post();
      party.presses('ada', ref.message, { label: 'Approve' });
      await party.until(() => heard.length === 3);
      repeat();
      await party.until(() => heard.length === 4);
      assert.equal(events().size, 2, JSON.stringify([...events()]));
      assert.deepEqual([heard[0]?.event, heard[2]?.event], [heard[1]?.event, heard[3]?.event]);
    });

    test('is acknowledged when it is stored, and not before', async (t) => {
      const { party, heard, hold, begun } = scene();
      const waiting = needs(t, 'acknowledging', party.unacknowledged);
      if (!waiting) return;
      const release = hold();
      party.says('omar', '/stop 101');
      await party.until(() => begun() === 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.deepEqual([waiting(), heard.length], [1, 0]);
      release();
      await party.until(() => waiting() === 0);
      assert.equal(heard.length, 1);
    });

    test('of somebody who must never count reaches nobody', async () => {
      const { party, heard } = scene();
      for (const { act } of party.impostors) act();
      for (const line of ['/whoami', '/status']) {
        party.says('omar', line);
        await party.until(() => lines().includes(line));
      }
      assert.deepEqual(lines(), ['/whoami', '/status'], party.impostors.map(({ who }) => who).join());
      assert.equal(heard.length, 2);
    });

    test('is not lost when the connection is cut', async (t) => {
      const { party } = scene();
      const cut = needs(t, 'a connection', party.cuts);
      if (!cut) return;
      party.says('omar', '/stop 101');
      cut();
      party.says('omar', '/stop 102');
      await party.until(() => lines().includes('/stop 101') && lines().includes('/stop 102'));
      cut();
      party.says('omar', '/stop 103');
      await party.until(() => lines().includes('/stop 103'));
      assert.equal(events().size, 3);
    });

    test('that is being stored when the chat stops is stored, and acknowledged', async () => {
      const { party, heard, hold, begun } = scene();
      const release = hold();
      party.says('omar', '/stop 101');
      await party.until(() => begun() === 1);
      const stopped = party.chat.stop();
      release();
      await stopped;
      assert.deepEqual(lines(), ['/stop 101']);
      assert.equal(heard.length, 1);
      assert.equal(party.unacknowledged?.() ?? 0, 0);
    });
  });
};
