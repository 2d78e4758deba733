import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { HINT_EVERY } from '#bot/unheard';
import { openRoom, until } from '../conformance/room.ts';

describe('somebody who asks in a group and has no private chat with the bot', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());

  const hints = () =>
    room.telegram.messages(room.group).flatMap(({ fromBot, text }) => (fromBot ? [text] : []));
  const tried = () =>
    room.telegram
      .calls('sendMessage')
      .filter(({ args }) => !JSON.stringify(args).includes(String(room.group.id)));

  it('is told in the group to open one, without the answer, once a minute at most', async () => {
    const vera = room.user('vera');
    room.telegram.setState({ id: vera.id, type: 'private', first_name: 'vera' }, 'blocked');
    room.say('vera', '/whoami');
    await until('a hint', () => hints().length === 1);
    assert.match(hints()[0] ?? '', /^vera, I cannot write to you\. Open a private chat with me/);
    room.say('vera', '/whoami');
    await until('a second try', () => tried().length === 2);
    room.skip(HINT_EVERY);
    room.say('vera', '/whoami');
    await until('another hint', () => hints().length === 2);
    assert.doesNotMatch(hints().join(), /telegram:|viewer/);
  });

  it('is told so too when nobody is linked to the account', async () => {
    const stranger = room.telegram.addUser('newcomer');
    room.telegram.addPrivateChat(stranger, false);
    room.telegram.say(stranger, room.group, '/status');
    await until('a hint', () => hints().length === 1);
    assert.match(hints()[0] ?? '', /Open a private chat with me, press Start/);
  });

  it('an answer that the platform asks to wait with is sent then', async () => {
    room.telegram.faults.respond429('sendMessage', 1, 2);
    const { id } = room.user('vera');
    const own = { id, type: 'private', first_name: 'vera' } as const;
    room.telegram.say(room.user('vera'), own, '/whoami');
    await until('the answer', () => room.telegram.messages(own).some(({ fromBot }) => fromBot));
    assert.equal(room.telegram.calls('sendMessage').length, 3);
  });
});
