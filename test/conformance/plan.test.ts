import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { plannedReport, somePlan } from '../fake/worker.ts';
import { openRoom, until } from './room.ts';

/** An approval is for one plan, seen whole, run once: defects of approval tools that we never repeat. */
describe('the plan that people agree to', () => {
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

  it('an approval does not survive a new plan', async () => {
    await askedStop();
    const change = changeByNo(room.ledger, 1);
    assert.ok(change);
    room.script.run = ({ change: id, ticket }) => {
      const { plan } = JSON.parse(ticket.text);
      return { report: 'stale', change: id, hash: plan, drift: [] };
    };
    await room.press('ada', 1, 'Approve');
    const plans = () => room.worker.jobs.filter(({ job }) => job === 'plan').length;
    await until('the new plan', () => plans() === 2 && stateOf(1) === 'awaiting');
    await room.cardSays(1, /waiting for approval[^]*0\/1/);
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
    const before = room.card(1);
    const token = before?.buttons[0]?.[0]?.data;
    assert.ok(before && token);
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
    for (const name of ['ada', 'ivan']) {
      const late = room.telegram.press(room.user(name), room.group, before.id, { data: token });
      assert.match(await room.answerTo(late), /Too late or too early.*failed/s);
    }
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
