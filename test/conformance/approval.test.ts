import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { bindAccount, putPerson } from '#db/ledger/people';
import { obedient } from '../fake/worker.ts';
import { needing } from '../policies/decide/asked.ts';
import { ada, ivan, omar, somebody, vera } from '../policies/people.ts';
import { openRoom, until } from './room.ts';

/** Who may agree, how they are counted, and until when: defects of approval tools that we never repeat. */
describe('approvals', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run').length;
  const stateOf = (no: number) => changeByNo(room.ledger, no)?.state.state;
  const askedStop = async () => {
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
  };
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());

  it('an approver is a known person: an account that is linked to nobody approves nothing and is told why', async () => {
    await askedStop();
    const stranger = room.telegram.addUser('ada');
    const card = room.card(1);
    assert.ok(card);
    const answer = await room.answerTo(room.telegram.press(stranger, room.group, card.id, 'Approve'));
    assert.match(answer, /not linked to anybody/);
    assert.equal(stateOf(1), 'awaiting');
  });

  it('the requester does not approve their own request', async () => {
    await askedStop();
    assert.match(await room.press('omar', 1, 'Approve'), /You asked for this/);
    assert.equal(stateOf(1), 'awaiting');
  });

  it('a viewer approves nothing', async () => {
    await askedStop();
    assert.match(await room.press('vera', 1, 'Approve'), /You are viewer/);
    assert.equal(stateOf(1), 'awaiting');
  });

  it('the count that is shown is the count that is enforced', async () => {
    await room.close();
    room = await openRoom({ rules: needing({ count: 2, role: 'admin' }) });
    await askedStop();
    assert.match(await room.press('ada', 1, 'Approve'), /1 more needed/);
    await room.cardSays(1, /1\/2/);
    assert.equal(runs(), 0);
    assert.match(await room.press('ivan', 1, 'Approve'), /It begins now/);
    await room.cardSays(1, /done and verified/);
    assert.equal(runs(), 1);
  });

  it('one person with two accounts is counted once', async () => {
    await room.close();
    room = await openRoom({ rules: needing({ count: 2, role: 'admin' }) });
    const second = room.telegram.addUser('ada on her tablet');
    bindAccount(
      room.ledger,
      ada.id,
      { platform: 'telegram', tenant: '', id: String(second.id) },
      { cli: 'test' },
    );
    await askedStop();
    await room.press('ada', 1, 'Approve');
    const card = room.card(1);
    assert.ok(card);
    assert.match(
      await room.answerTo(room.telegram.press(second, room.group, card.id, 'Approve')),
      /counted already/,
    );
    assert.equal(stateOf(1), 'awaiting');
  });

  it('a member of two groups fills one slot', async () => {
    await room.close();
    const both = somebody('maria', 'admin', { groups: ['net', 'storage'] });
    const net = somebody('tom', 'operator', { groups: ['net'] });
    const rules = needing({ count: 1, group: 'net' }, { count: 1, group: 'storage' });
    room = await openRoom({ rules, people: [omar, both, net] });
    await askedStop();
    assert.match(await room.press('maria', 1, 'Approve'), /1 more needed/);
    assert.equal(runs(), 0);
    assert.match(await room.press('tom', 1, 'Approve'), /It begins now/);
  });

  it('two people who can fill both slots between them are enough, whoever agreed first', async () => {
    const both = somebody('maria', 'admin', { groups: ['net', 'storage'] });
    const net = somebody('tom', 'operator', { groups: ['net'] });
    const needs = [
      { count: 1, group: 'net' },
      { count: 1, group: 'storage' },
    ];
    for (const need of [needs, needs.toReversed()])
      for (const order of [
        ['maria', 'tom'],
        ['tom', 'maria'],
      ] as const) {
        await room.close();
        room = await openRoom({ rules: needing(...need), people: [omar, both, net] });
        await askedStop();
        assert.match(await room.press(order[0], 1, 'Approve'), /1 more needed/);
        assert.match(await room.press(order[1], 1, 'Approve'), /It begins now/);
      }
  });

  it('expiry is checked at the vote', async () => {
    await askedStop();
    const card = room.card(1);
    assert.ok(card);
    room.skip(30 * 60_000);
    assert.match(
      await room.answerTo(room.telegram.press(room.user('ada'), room.group, card.id, 'Approve')),
      /expired/,
    );
    assert.equal(runs(), 0);
  });

  it('expiry is checked at the start', async () => {
    await askedStop();
    room.say('omar', '/reboot 101');
    await room.cardSays(2, /waiting for approval/);
    room.script.run = () => undefined;
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /running/);
    await room.press('ada', 2, 'Approve');
    assert.equal(stateOf(2), 'approved', 'it waits for its target');
    room.skip(2 * 3_600_000);
    await room.cardSays(2, /expired/);
    assert.equal(runs(), 1);
  });

  it('an approver demoted before the start no longer counts', async () => {
    await askedStop();
    room.say('omar', '/reboot 101');
    await room.cardSays(2, /waiting for approval/);
    room.script.run = () => undefined;
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /running/);
    await room.press('ivan', 2, 'Approve');
    assert.equal(stateOf(2), 'approved');
    putPerson(room.ledger, { ...ivan, role: 'viewer' }, { cli: 'test' });
    const change = changeByNo(room.ledger, 1);
    assert.ok(change);
    room.script.run = obedient().run;
    await room.worker.tell({
      report: 'finished',
      change: change.id,
      outcome: { end: 'succeeded', seen: [], upids: [] },
      head: { seq: 1, hash: '0'.repeat(64) },
    });
    await until('another plan to agree to', () => stateOf(2) === 'awaiting');
    await room.cardSays(2, /waiting for approval[^]*0\/1/);
    assert.equal(runs(), 1);
  });

  it('an approval is not granted when its audit record cannot be written', async () => {
    await askedStop();
    room.ledger.db.sqlite.exec(
      `CREATE TRIGGER no_votes BEFORE INSERT ON audit WHEN json_extract(NEW.line, '$.kind') = 'change.vote' BEGIN SELECT raise(ABORT, 'disk'); END`,
    );
    assert.match(await room.press('ada', 1, 'Approve'), /Something is broken/);
    assert.equal(stateOf(1), 'awaiting');
    assert.equal(runs(), 0);
  });

  it('what was agreed to does not run while the audit is down, and runs when it is back', async () => {
    await askedStop();
    room.say('omar', '/reboot 101');
    await room.cardSays(2, /waiting for approval/);
    room.script.run = () => undefined;
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /running/);
    await room.press('ada', 2, 'Approve');
    const { sqlite } = room.ledger.db;
    const down = `CREATE TRIGGER down BEFORE INSERT ON audit WHEN json_extract(NEW.line, '$.kind') = 'change.start' BEGIN SELECT raise(ABORT, 'disk'); END`;
    sqlite.exec(down);
    const change = changeByNo(room.ledger, 1);
    assert.ok(change);
    await room.worker.tell({
      report: 'finished',
      change: change.id,
      outcome: { end: 'succeeded', seen: [], upids: [] },
      head: { seq: 1, hash: '0'.repeat(64) },
    });
    await room.cardSays(1, /done and verified/);
    room.skip(60_000);
    await room.ask('vera', '/whoami');
    assert.deepEqual([stateOf(2), runs()], ['approved', 1]);
    sqlite.exec('DROP TRIGGER down');
    await until('the start', () => runs() === 2);
  });

  it('an approval that nobody could give is never asked for', async () => {
    await room.close();
    room = await openRoom({ people: [vera, omar] });
    room.say('omar', '/stop 101');
    await room.told('omar', /Nobody could ever approve this/);
    assert.equal(changeByNo(room.ledger, 1), undefined);
  });
});
