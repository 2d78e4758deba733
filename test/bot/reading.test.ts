import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Chat } from '@grammyjs/types';
import { READING } from '#bot/commands/read';
import { lookUp } from '#bot/dispatch';
import { openRoom, until } from '../conformance/room.ts';

describe('a line that only reads', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());

  const own = (): Chat.PrivateChat => ({ id: room.user('vera').id, type: 'private', first_name: 'vera' });
  const answers = (): number => room.telegram.messages(own()).filter(({ fromBot }) => fromBot).length;
  const ask = () => room.telegram.say(room.user('vera'), own(), '/whoami');
  const handled = (): number =>
    room.ledger.db.sqlite
      .prepare<[], number>('SELECT count(*) FROM inbound WHERE handled = 1')
      .pluck()
      .get() ?? 0;

  it('writes nothing to be answered, whichever it is', async () => {
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
    const written = () => room.ledger.db.sqlite.prepare('SELECT total_changes()').pluck().get();
    const id = String(room.user('vera').id);
    for (const { name, usage } of READING) {
      const text = `/${usage
        .replace(/ ID$/, ' 101')
        .replace(/ CHANGE$/, ' 1')
        .replace(/ \[.*/, '')}`;
      const before = written();
      const card = lookUp(room.bot.office, {
        event: `test:${name}`,
        account: { platform: 'telegram', tenant: '', id },
        place: { platform: 'telegram', chat: id, private: true },
        at: 0,
        locale: null,
        does: { what: 'line', text, unseen: true },
        reply: '',
      });
      assert.ok(card, `${text} is answered`);
      assert.equal(written(), before, text);
    }
  });

  it('is stored and handled once, and not answered again when the platform sends it again', async () => {
    const { update_id } = ask();
    await until('an answer', () => answers() === 1);
    await until('stored', () => handled() === 1);
    room.telegram.faults.redeliver(update_id);
    ask();
    await until('the next answer', () => answers() === 2);
    await until('stored', () => handled() === 2);
  });

  it('is answered once although it cannot be stored, and is kept by the platform until it is', async () => {
    const { sqlite } = room.ledger.db;
    sqlite.exec("CREATE TRIGGER no_room BEFORE INSERT ON inbound BEGIN SELECT RAISE(ABORT, 'no room'); END");
    ask();
    await until('an answer', () => answers() === 1);
    await until('the platform sends it again', () => room.telegram.calls('getUpdates').length >= 3);
    assert.equal(room.telegram.pending().length, 1);
    sqlite.exec('DROP TRIGGER no_room');
    await until('stored', () => handled() === 1);
    await until('the platform is told', () => room.telegram.pending().length === 0);
    assert.equal(answers(), 1);
  });

  it('of somebody who is refused takes the road of all that goes on record', async () => {
    room.say('vera', '/backups nonsense');
    await until('a record', () => room.audit().some(({ kind }) => kind === 'command.refused'));
  });
});
