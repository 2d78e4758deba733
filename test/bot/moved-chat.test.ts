import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Chat } from '@grammyjs/types';
import { Api } from 'grammy';
import { homeOf, moveChat } from '#db/ledger/moved-chats';
import { openRoom, until } from '../conformance/room.ts';
import { openStage } from '../db/ledger/stage.ts';

describe('a group that becomes a supergroup', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom({ type: 'group' });
  });
  afterEach(() => room.close());

  const cardIn = (chat: Chat, no: number, words: RegExp) =>
    until(`card #${no} ${words}`, () => {
      room.skip(250);
      return room.telegram
        .messages(chat)
        .find(({ fromBot, text }) => fromBot && text.includes(`#${no} ·`) && words.test(text));
    });

  it('is followed for good: its cards, presses and commands work after a restart with the configuration as it was', async () => {
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
    const upgraded = room.telegram.upgradeGroup(room.group, room.user('omar'));
    const moved = await cardIn(upgraded, 1, /waiting for approval/);
    await room.restart();
    const press = room.telegram.press(room.user('ada'), upgraded, moved.id, 'Approve');
    assert.match(await room.answerTo(press), /Counted/);
    await cardIn(upgraded, 1, /done and verified/);
    room.telegram.say(room.user('omar'), upgraded, '/stop 102');
    await cardIn(upgraded, 2, /waiting for approval/);
    const records = room.audit().filter(({ kind }) => kind === 'chat.moved');
    assert.deepEqual(
      records.map(({ facts }) => facts),
      [{ platform: 'telegram', from: String(room.group.id), to: String(upgraded.id) }],
    );
  });

  it('is followed when only the answer to a card tells of it', async () => {
    await room.stopBot();
    const upgraded = room.telegram.upgradeGroup(room.group, room.user('omar'));
    const { token, apiRoot } = room.telegram;
    await new Api(token, { apiRoot }).getUpdates({ offset: 999_999, timeout: 0 });
    await room.startBot();
    await room.ask('omar', '/stop 101');
    await cardIn(upgraded, 1, /waiting for approval/);
  });
});

describe('chats that moved', () => {
  it('a chat that moved twice is known by its first id, and a ring of moves ends', () => {
    const stage = openStage();
    try {
      const { ledger } = stage;
      const at = (chat: string) => ({ platform: 'test', chat });
      moveChat(ledger, at('a'), 'b');
      moveChat(ledger, at('b'), 'c');
      assert.deepEqual(
        ['a', 'b', 'c', 'd'].map((chat) => homeOf(ledger, at(chat))),
        ['c', 'c', 'c', 'd'],
      );
      assert.equal(homeOf(ledger, { platform: 'other', chat: 'a' }), 'a');
      moveChat(ledger, at('c'), 'a');
      assert.match(homeOf(ledger, at('a')), /^[abc]$/);
    } finally {
      stage.close();
    }
  });
});
