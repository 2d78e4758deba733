import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Update } from '@grammyjs/types';
import { Api } from 'grammy';
import { changeByNo } from '#db/ledger/change-rows';
import { bindAccount, putPerson } from '#db/ledger/people';
import { obedient, plannedReport, somePlan } from '../fake/worker.ts';
import { needing } from '../policies/decide/asked.ts';
import { ada, ivan, omar, somebody, vera } from '../policies/people.ts';
import { openRoom, until } from './room.ts';

/** Defects of approval tools that we never repeat (FEATURES section D), driven through a real chat client. */
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

  it('an approval does not survive a new plan', async () => {
    await askedStop();
    const change = changeByNo(room.ledger, 1);
    assert.ok(change);
    room.script.run = ({ change: id, ticket }) => {
      const { plan } = JSON.parse(ticket.text);
      return { report: 'stale', change: id, hash: plan, drift: [] };
    };
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /0\/1/);
    assert.equal(stateOf(1), 'awaiting');
    const state = changeByNo(room.ledger, 1)?.state;
    assert.deepEqual(state && 'votes' in state && state.votes, []);
  });

  it('a press on the button of an older plan counts nothing for the plan of now', async () => {
    await askedStop();
    const old = room.card(1);
    assert.ok(old);
    const token = old.buttons[0]?.[0]?.data;
    assert.ok(token);
    room.script.run = ({ change: id, ticket }) => ({
      report: 'stale',
      change: id,
      hash: JSON.parse(ticket.text).plan,
      drift: [],
    });
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /waiting for approval/);
    const answer = await room.answerTo(
      room.telegram.press(room.user('ivan'), room.group, old.id, { data: token }),
    );
    assert.match(answer, /older plan/);
    assert.equal(runs(), 1);
  });

  it('an approval given while a plan is still being made counts for no plan', async () => {
    const made: Parameters<typeof somePlan>[0][] = [];
    room.script.plan = (job) => void made.push(job);
    const arrives = async (): Promise<void> => {
      const job = await until('a plan is asked for', () => made.shift());
      await room.worker.tell(plannedReport(somePlan(job)));
      await room.cardSays(1, /waiting for approval[^]*0\/1/);
    };
    room.say('omar', '/stop 101');
    const early = await room.cardSays(1, /planning/);
    assert.deepEqual(
      early.buttons.flat().map((button) => button.text),
      ['Withdraw'],
    );
    room.say('ada', '/approve 1');
    await room.told('ada', /Too late or too early/);
    await arrives();
    const old = room.card(1)?.buttons[0]?.[0]?.data;
    assert.ok(old);
    room.script.run = ({ change, ticket }) => ({
      report: 'stale',
      change,
      hash: JSON.parse(ticket.text).plan,
      drift: [],
    });
    await room.press('ada', 1, 'Approve');
    const again = await room.cardSays(1, /planning/);
    const pressed = room.telegram.press(room.user('ivan'), room.group, again.id, { data: old });
    assert.match(await room.answerTo(pressed), /Too late or too early/);
    await arrives();
    assert.equal(runs(), 1);
  });

  it('what runs is the plan that was shown, whatever a button carries', async () => {
    let shown = '';
    room.script.plan = (job) => {
      const planned = plannedReport(somePlan(job));
      if (planned.report === 'planned') shown = planned.hash;
      return planned;
    };
    await askedStop();
    const card = room.card(1);
    assert.ok(card);
    const carried = card.buttons.flat().map(({ data }) => data ?? '');
    for (const data of carried) assert.match(data, /^[A-Za-z0-9_-]{20,64}$/);
    const token = carried[0] ?? '';
    for (const data of [
      `${token}:102`,
      `${token}?target=102`,
      `guest.stop:102`,
      shown,
      token.toUpperCase(),
    ]) {
      const forged = room.telegram.press(room.user('ada'), room.group, card.id, { data });
      assert.match(await room.answerTo(forged), /no longer works/);
    }
    assert.equal(runs(), 0);
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /done and verified/);
    const run = room.worker.jobs.find(({ job }) => job === 'run');
    assert.ok(run?.job === 'run');
    assert.deepEqual(Object.keys(run).sort(), ['change', 'job', 'ticket']);
    assert.equal(JSON.parse(run.ticket.text).plan, shown);
  });

  it('a truncated diff is never approved', async () => {
    const long = 'x'.repeat(200);
    const settings = Array.from({ length: 60 }, (_, index) => ({
      key: `k${index}`,
      before: long,
      after: 'y',
    }));
    room.script.plan = (job) => {
      const plan = somePlan(job);
      const [effect] = plan.effects;
      assert.ok(effect?.kind === 'api');
      return plannedReport({ ...plan, effects: [{ ...effect, diff: settings }] });
    };
    const approvable = () =>
      room
        .card(1)
        ?.buttons.flat()
        .some((button) => button.text === 'Approve') === true;
    room.telegram.faults.fail5xxBeforeAccept('sendDocument', 3);
    room.say('omar', '/stop 101');
    await until('the file was tried', () => room.telegram.calls('sendDocument').length > 0);
    assert.equal(approvable(), false, 'the whole diff is not there');
    room.say('ada', '/approve 1');
    await room.told('ada', /was not shown in this chat/);
    assert.equal(runs(), 0);
    await room.cardSays(1, /waiting for approval/);
    assert.equal(approvable(), true);
    const [file] = room.telegram.messages(room.group).filter(({ document }) => document);
    for (const { key } of settings)
      assert.match(file?.document?.bytes.toString() ?? '', new RegExp(`${key}\\b`));
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

  it('a redelivered press is counted and run once', async () => {
    await askedStop();
    const card = room.card(1);
    assert.ok(card);
    const update = room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    await room.answerTo(update);
    await room.cardSays(1, /done and verified/);
    room.replay(update);
    room.say('vera', '/whoami');
    await room.told('vera', /vera/);
    assert.equal(runs(), 1);
    assert.equal(room.audit().filter(({ kind }) => kind === 'change.vote').length, 1);
  });

  it('a double click is answered twice and counted once', async () => {
    await askedStop();
    const card = room.card(1);
    assert.ok(card);
    const first = room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    const second = room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    assert.match(await room.answerTo(first), /Counted/);
    assert.notEqual(await room.answerTo(second), '');
    await room.cardSays(1, /done and verified/);
    assert.equal(runs(), 1);
  });

  it('an old press replayed after a restart changes nothing', async () => {
    await askedStop();
    const card = room.card(1);
    assert.ok(card);
    const update = room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    await room.answerTo(update);
    await room.cardSays(1, /done and verified/);
    await room.restart();
    room.replay(update);
    room.say('vera', '/whoami');
    await room.told('vera', /vera/);
    assert.equal(runs(), 1);
  });

  it('a press made while the bot was down, going down or coming up is taken up once', async () => {
    const votes = () => room.audit().filter(({ kind }) => kind === 'change.vote').length;
    const moments: readonly ((press: () => Update) => Promise<Update>)[] = [
      async (press) => {
        await room.stopBot();
        const update = press();
        await room.startBot();
        return update;
      },
      async (press) => {
        const update = press();
        await room.restart();
        return update;
      },
      async (press) => {
        await room.stopBot();
        const started = room.startBot();
        const update = press();
        await started;
        return update;
      },
    ];
    for (const [index, around] of moments.entries()) {
      const no = index + 1;
      room.say('omar', '/stop 101');
      const card = await room.cardSays(no, /waiting for approval/);
      const update = await around(() =>
        room.telegram.press(room.user('ada'), room.group, card.id, 'Approve'),
      );
      assert.notEqual(await room.answerTo(update), '');
      await room.cardSays(no, /done and verified/);
      assert.deepEqual([votes(), runs()], [no, no]);
    }
  });

  it('two pollers with one token: a press is neither lost nor counted twice, and the log says that there is another', async () => {
    await askedStop();
    const other = new Api(room.telegram.token, { apiRoot: room.telegram.apiRoot });
    const seen: number[] = [];
    let rivals = true;
    const rival = (async () => {
      // A second bot that was started by mistake: it sees updates, is thrown out by 409 and comes again.
      while (rivals) {
        const updates = await other.getUpdates({ timeout: 1 }).catch(() => []);
        seen.push(...updates.map((update) => update.update_id));
      }
    })();
    await until('the other was noticed', () =>
      room.logged().some((line) => /terminated by other/.test(line)),
    );
    const update = await (async () => {
      const card = room.card(1);
      assert.ok(card);
      return room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    })();
    await until(
      'the other saw the press, or ours did',
      () => seen.includes(update.update_id) || runs() === 1,
    );
    rivals = false;
    await rival;
    assert.match(await room.answerTo(update), /It begins now/);
    await room.cardSays(1, /done and verified/);
    assert.equal(runs(), 1);
    assert.equal(room.audit().filter(({ kind }) => kind === 'change.vote').length, 1);
  });

  it('a button that we never gave out is refused and recorded', async () => {
    await askedStop();
    const card = room.card(1);
    assert.ok(card);
    const forged = room.telegram.press(room.user('ada'), room.group, card.id, { data: 'approve:1' });
    assert.match(await room.answerTo(forged), /no longer works/);
    assert.equal(room.audit()[0]?.kind, 'click.refused');
  });

  it('buttons go when the decision is made', async () => {
    await askedStop();
    await room.press('ada', 1, 'Deny');
    const card = await room.cardSays(1, /denied/);
    assert.deepEqual(card.buttons.flat(), []);
  });

  it('an edit that fails does not change the verdict', async () => {
    await askedStop();
    room.telegram.faults.fail5xxBeforeAccept('editMessageText', 3);
    await room.press('ada', 1, 'Deny');
    assert.equal(stateOf(1), 'denied');
    room.skip(60_000);
    await room.cardSays(1, /denied/);
  });

  it('a late press is answered privately and recorded', async () => {
    await askedStop();
    const card = room.card(1);
    const token = card?.buttons[0]?.[0]?.data;
    assert.ok(card && token);
    await room.press('ada', 1, 'Deny');
    await room.cardSays(1, /denied/);
    const late = room.telegram.press(room.user('ivan'), room.group, card.id, { data: token });
    assert.match(await room.answerTo(late), /it is denied/);
    const refused = room.audit().find(({ kind }) => kind === 'click.refused');
    assert.equal(refused?.change, changeByNo(room.ledger, 1)?.id);
  });

  it('an approval that nobody could give is never asked for', async () => {
    await room.close();
    room = await openRoom({ people: [vera, omar] });
    room.say('omar', '/stop 101');
    await room.told('omar', /Nobody could ever approve this/);
    assert.equal(changeByNo(room.ledger, 1), undefined);
  });

  it('an unknown outcome is shown as unknown, never as success, and nothing leads back to running', async () => {
    await askedStop();
    room.script.run = ({ change }) => ({
      report: 'lost',
      change,
      why: 'answer-lost',
      head: { seq: 1, hash: '0'.repeat(64) },
    });
    await room.press('ada', 1, 'Approve');
    const card = await room.cardSays(1, /outcome unknown/);
    assert.match(card.text, /stays locked/);
    assert.deepEqual(card.buttons.flat(), []);
    room.say('omar', '/reboot 101');
    await room.told('omar', /Change #1 holds home\/101/);
  });

  it('a failed plan is not run again', async () => {
    await askedStop();
    room.script.run = ({ change }) => ({
      report: 'finished',
      change,
      outcome: { end: 'failed', step: 0, failure: { failure: 'not-seen' }, seen: [], upids: [] },
      head: { seq: 1, hash: '0'.repeat(64) },
    });
    await room.press('ada', 1, 'Approve');
    const card = await room.cardSays(1, /failed/);
    assert.deepEqual(card.buttons.flat(), []);
    room.say('ada', '/approve 1');
    await room.told('ada', /it is failed/);
    assert.equal(runs(), 1);
  });

  it('a worker that does not hold the plan cannot say how it ended', async () => {
    await askedStop();
    const change = changeByNo(room.ledger, 1);
    assert.ok(change);
    const queue = (await import('#db/queue/local')).localQueue(room.hub);
    await queue.send({
      id: 'from-another-node',
      from: 'node.home.pve9',
      to: 'bot',
      at: room.ledger.now(),
      body: {
        report: 'finished',
        change: change.id,
        outcome: { end: 'succeeded', seen: [], upids: [] },
        head: { seq: 1, hash: '0'.repeat(64) },
      },
    });
    assert.equal(stateOf(1), 'awaiting');
    assert.equal(room.audit()[0]?.kind, 'report.late');
  });

  it('a plan under another hash than its own is never shown', async () => {
    room.script.plan = (job) =>
      ({ ...plannedReport(somePlan(job)), hash: 'f'.repeat(64) }) as ReturnType<typeof plannedReport>; // a lying worker
    room.say('omar', '/stop 101');
    await room.cardSays(1, /planning/);
    assert.equal(stateOf(1), 'planning');
  });
});
