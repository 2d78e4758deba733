import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { User } from '@grammyjs/types';
import { setAccess } from '#db/ledger/access';
import { changeByNo } from '#db/ledger/change-rows';
import { bindAccount, makeLinkCode } from '#db/ledger/people';
import { ada, omar } from '../policies/people.ts';
import { openRoom } from './room.ts';

const SHELL = { cli: 'test' };

/** Accounts of Telegram's that stand for many people (chat.md of the platform names the same three). */
const ANONYMOUS: User = { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' };
const CHANNEL: User = { id: 136817688, is_bot: true, first_name: 'Channel', username: 'Channel_Bot' };
const FORWARDS: User = { id: 777000, is_bot: false, first_name: 'Telegram' };

/** Who is taken for an approver: one real, known person by the number of their account, and nothing that looks like one. */
describe('identity', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
  });
  afterEach(() => room.close());

  const card = () => {
    const found = room.card(1);
    assert.ok(found);
    return found;
  };
  const token = () => {
    const data = card()
      .buttons.flat()
      .find(({ text }) => text === 'Approve')?.data;
    assert.ok(data);
    return data;
  };
  const pressBy = (user: User, label: string | { data: string } = 'Approve') =>
    room.telegram.press(user, room.group, card().id, label);
  /** An admin linked this account as theirs, so that only what it is can speak against it. */
  const asAda = (user: User): User => {
    bindAccount(room.ledger, ada.id, { platform: 'telegram', tenant: '', id: String(user.id) }, SHELL);
    return user;
  };
  /** Everything sent so far was taken up when a line said after it is answered, and nothing of it counted. */
  const countedNothing = async () => {
    await room.ask('vera', '/whoami');
    const state = changeByNo(room.ledger, 1)?.state;
    assert.equal(state?.state, 'awaiting');
    assert.deepEqual('votes' in state && state.votes, []);
    assert.equal(room.worker.jobs.filter(({ job }) => job === 'run').length, 0);
  };

  it('a press is checked for who pressed, whatever the button, as a line is for who said it', async () => {
    const stranger = room.telegram.addUser('nobody');
    setAccess(room.ledger, { ...ada, disabled: true }, SHELL);
    for (const label of ['Approve', 'Deny', 'Withdraw']) {
      assert.match(await room.answerTo(pressBy(stranger, label)), /not linked to anybody/);
      assert.match(await room.answerTo(pressBy(room.user('vera'), label)), /You are viewer/);
      assert.match(await room.answerTo(pressBy(room.user('ada'), label)), /Your access is switched off/);
    }
    await countedNothing();
  });

  it('the requester does not approve through an account that they linked later', async () => {
    const second = room.telegram.addUser('omar on his tablet');
    const chat = room.telegram.addPrivateChat(second);
    room.telegram.say(second, chat, `/link ${makeLinkCode(room.ledger, omar.id, SHELL)}`);
    await room.telegram.until(() =>
      room.telegram.messages(chat).some(({ text }) => /is now omar/.test(text)),
    );
    assert.match(await room.answerTo(pressBy(second)), /You asked for this/);
    await countedNothing();
  });

  it('a name or user name equal to an admin’s counts for nothing', async () => {
    const double = room.telegram.addUser(ada.name, { username: ada.id });
    assert.match(await room.answerTo(pressBy(double)), /not linked to anybody/);
    room.telegram.say(double, room.group, '/approve 1');
    await countedNothing();
  });

  it('a forwarded card approves nothing, wherever it was forwarded to', async () => {
    const [ivan, message] = [room.user('ivan'), { chat: room.group, date: 1, from: room.telegram.bot }];
    const origin = { type: 'user' as const, date: 1, sender_user: ivan };
    const forwarded = { ...message, message_id: card().id, forward_origin: origin, text: 'card' };
    await room.answerTo(
      room.telegram.press(ivan, room.group, card().id, { data: token(), message: forwarded }),
    );
    await countedNothing();
    const alone = room.telegram.addPrivateChat(ivan);
    const copy = { ...message, chat: alone, message_id: card().id, text: 'card' };
    const pressed = room.telegram.press(ivan, alone, card().id, { data: token(), message: copy });
    assert.match(await room.answerTo(pressed), /no longer works/);
    const beside = { ...message, message_id: card().id + 1, text: 'card' };
    const again = room.telegram.press(ivan, room.group, card().id, { data: token(), message: beside });
    assert.match(await room.answerTo(again), /no longer works/);
    room.telegram.say(ivan, room.group, '/approve 1', { forward_origin: origin });
    room.telegram.say(asAda(FORWARDS), room.group, '/approve 1', { is_automatic_forward: true });
    await countedNothing();
  });

  it('an anonymous admin approves nothing, for nobody knows which of them it is', async () => {
    room.telegram.say(asAda(ANONYMOUS), room.group, '/approve 1', { sender_chat: room.group });
    room.telegram.say(ANONYMOUS, room.group, '/approve 1');
    room.telegram.say(room.user('ada'), room.group, '/approve 1', { sender_chat: room.group });
    await countedNothing();
  });

  it('a post in the name of a channel approves nothing', async () => {
    const channel = { id: -1_009_000_000_000, type: 'channel' as const, title: 'news' };
    room.telegram.say(asAda(CHANNEL), room.group, '/approve 1', { sender_chat: channel });
    room.telegram.say(CHANNEL, room.group, '/approve 1');
    room.telegram.say(room.user('ada'), room.group, '/approve 1', { sender_chat: channel });
    const post = { message_id: 7, date: 1, chat: channel, sender_chat: channel, text: '/approve 1' };
    room.telegram.forge({ channel_post: post });
    await countedNothing();
  });

  it('a bot approves nothing, and neither does what a person sends through one', async () => {
    const bot = asAda(room.telegram.addUser('ada', { is_bot: true, username: 'ada_bot' }));
    await room.answerTo(pressBy(bot));
    room.telegram.say(bot, room.group, '/approve 1');
    room.telegram.say(room.user('ada'), room.group, '/approve 1', { via_bot: bot });
    await countedNothing();
  });

  it('a webhook approves nothing: one that was set is taken away, and none is ever asked for', async () => {
    assert.equal(room.telegram.calls('setWebhook').length, 0);
    assert.equal(room.telegram.calls('deleteWebhook').length, 1);
    const hook = asAda(room.telegram.addUser('ci', { is_bot: true }));
    const query = { id: '1', from: hook, chat_instance: 'x', data: token() };
    const message = { chat: room.group, date: 1, message_id: card().id, text: 'card' };
    room.telegram.forge({ callback_query: { ...query, message } });
    await countedNothing();
  });
});
