import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Chat, User } from '@grammyjs/types';
import { makeLinkCode, redeemLinkCode } from '#db/ledger/people';
import { STRANGER_EVERY } from '#db/ledger/strangers';
import { TURNED_AWAY_EVERY } from '#db/ledger/turned-away';
import { openRoom, until } from '../conformance/room.ts';
import { omar } from '../policies/people.ts';

describe('what the audit keeps of strangers and of presses that came to nothing', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  let stranger: User;
  let chat: Chat.PrivateChat;
  beforeEach(async () => {
    room = await openRoom();
    stranger = room.telegram.addUser('newcomer');
    chat = room.telegram.addPrivateChat(stranger);
  });
  afterEach(() => room.close());

  const records = () =>
    room.audit().filter(({ actor }) => 'account' in actor && actor.account === `telegram::${stranger.id}`);
  const handled = () =>
    room.telegram.until(() => room.telegram.isPolled() && room.telegram.pending().length === 0);
  const outsider = () => {
    const elsewhere = room.telegram.addGroup('elsewhere', [stranger, room.user('ada')]);
    const from = (user: User) =>
      room.telegram.press(user, elsewhere, 1, {
        data: 'x',
        message: { chat: elsewhere, message_id: 1, date: 0 },
      });
    return { elsewhere, from };
  };

  it('a stranger has one record at once, and after an hour one that counts all the rest', async () => {
    for (const text of ['/status', '/stop 101', '/link nonsense', 'hello'])
      room.telegram.say(stranger, chat, text);
    await until('four answers', () => room.telegram.messages(chat).length === 8);
    assert.deepEqual(
      records().map(({ kind, facts }) => [kind, facts['line']]),
      [['command.refused', '/status']],
    );
    room.skip(STRANGER_EVERY);
    const counted = await until('the count', () => records().find(({ kind }) => kind === 'stranger.counted'));
    assert.equal(counted.facts['count'], 3);
    room.telegram.say(stranger, chat, '/status');
    await until('an answer', () => room.telegram.messages(chat).length === 10);
    assert.equal(records().length, 2, 'the count was the record of this hour');
  });

  it('a stranger who says nothing for an hour is forgotten', async () => {
    room.telegram.say(stranger, chat, '/status');
    await until('a record', () => records().length === 1);
    room.skip(STRANGER_EVERY);
    const rows = () => room.ledger.db.sqlite.prepare('SELECT * FROM strangers').all();
    await until('no row', () => rows().length === 0);
    assert.equal(records().length, 1);
  });

  it('a press of a linked person that is dropped is in the audit as refused, once however often it is delivered', async () => {
    const { elsewhere, from } = outsider();
    const { update_id } = from(room.user('ada'));
    await handled();
    room.telegram.faults.redeliver(update_id);
    await handled();
    const [record, ...others] = room.audit().filter(({ kind }) => kind === 'click.refused');
    assert.deepEqual(
      [record?.facts, record?.actor],
      [
        { why: 'chat-not-allowed' },
        {
          person: 'ada',
          account: `telegram::${room.user('ada').id}`,
          chat: `telegram:${elsewhere.id}`,
        },
      ],
    );
    assert.deepEqual(others, []);
  });

  it('a command of a linked person that is dropped for how it came is in the audit, with its reason and without what was typed', async () => {
    const ada = room.user('ada');
    room.telegram.say(ada, room.group, '/stop 101', {
      forward_origin: { type: 'user', sender_user: ada, date: 1 },
    });
    room.telegram.say(ada, room.group, '/code 123456', { edit_date: 1 });
    await handled();
    const refused = room.audit().filter(({ kind }) => kind === 'command.refused');
    assert.deepEqual(
      refused.map(({ facts }) => facts),
      [
        { why: 'edited', command: 'code' },
        { why: 'forwarded', command: 'stop' },
      ],
    );
    const chat = `telegram:${room.group.id}`;
    for (const { actor } of refused)
      assert.deepEqual(actor, { person: 'ada', account: `telegram::${ada.id}`, chat });
    const kept = room.ledger.db.sqlite.prepare('SELECT * FROM inbound').all();
    assert.doesNotMatch(JSON.stringify([room.audit(), kept]), /123456/);
  });

  it('many of the same in a minute are one record at once and one that counts the rest; talk is none', async () => {
    const { elsewhere } = outsider();
    const ada = room.user('ada');
    const before = room.audit().length;
    for (let line = 0; line < 50; line++) room.telegram.say(ada, elsewhere, '/status');
    for (const text of ['hello', '/dance', '/status@another_bot']) room.telegram.say(ada, elsewhere, text);
    room.telegram.say(ada, room.group, 'hello', { edit_date: 1 });
    room.telegram.say(stranger, elsewhere, '/status');
    await handled();
    const since = () => room.audit().slice(0, -before);
    assert.deepEqual(
      since().map(({ kind }) => kind),
      ['command.refused'],
    );
    room.skip(TURNED_AWAY_EVERY);
    const counted = await until('the count', () => (since().length > 1 ? since()[0] : undefined));
    assert.deepEqual(
      [counted.kind, counted.facts['why'], counted.facts['count']],
      ['command.refused', 'chat-not-allowed', 49],
    );
    room.skip(TURNED_AWAY_EVERY);
    const rows = () => room.ledger.db.sqlite.prepare('SELECT * FROM turned_away').all();
    await until('it is forgotten', () => rows().length === 0);
    assert.equal(since().length, 2);
  });

  it('a code in a dropped line that is only counted is worth nothing any more, and stands nowhere', async () => {
    const { elsewhere } = outsider();
    const code = makeLinkCode(room.ledger, omar.id, { cli: 'test' });
    room.telegram.say(room.user('ada'), elsewhere, '/status');
    room.telegram.say(room.user('ada'), elsewhere, `/status ${code}`);
    await handled();
    room.skip(TURNED_AWAY_EVERY);
    await until('the count', () => room.audit().find(({ facts }) => facts['count'] === 1));
    const tables = ['audit', 'inbound', 'turned_away', 'strangers'];
    const kept = tables.map((table) => room.ledger.db.sqlite.prepare(`SELECT * FROM ${table}`).all());
    assert.doesNotMatch(JSON.stringify(kept), new RegExp(code, 'i'));
    const account = { platform: 'telegram', tenant: '', id: String(stranger.id) };
    assert.deepEqual(redeemLinkCode(room.ledger, code, account), { ok: false, error: { no: 'link-code' } });
  });

  it('presses of strangers that are dropped are only counted', async () => {
    const { from } = outsider();
    for (let press = 0; press < 5; press++) from(stranger);
    await handled();
    assert.deepEqual(records(), []);
    room.skip(STRANGER_EVERY);
    const counted = await until('the count', () => records()[0]);
    assert.deepEqual([counted.kind, counted.facts['count']], ['stranger.counted', 5]);
  });
});
