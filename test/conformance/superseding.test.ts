import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { plannedReport, somePlan } from '../fake/worker.ts';
import { openRoom, until } from './room.ts';

describe('a newer request', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());
  const stateOf = (no: number) => changeByNo(room.ledger, no)?.state.state;
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run').length;
  const shown = (no: number, words: RegExp) => room.cardSays(no, words);

  it('takes the place of the older one of the same person, whose card says so and has no button left', async () => {
    room.say('omar', '/stop 101 at=+2h');
    await shown(1, /waiting for approval/);
    assert.match(await room.ask('omar', '/stop 101'), /It takes the place of #1/);
    const old = await shown(1, /withdrawn[^]*Superseded by #2/);
    assert.deepEqual(old.buttons, []);
    await shown(2, /waiting for approval/);
    const record = room.audit().find(({ kind }) => kind === 'change.supersede');
    assert.deepEqual([record?.facts['next'], record?.facts['to']], [2, 'withdrawn']);
  });

  it('starts without the votes of the older one, and a press that was on its way to that one is told', async () => {
    room.script.plan = (job) => plannedReport(somePlan(job, { risk: 'critical' }));
    room.say('ada', '/stop 101');
    const card = await shown(1, /waiting for approval/);
    await room.press('ivan', 1, 'Approve');
    await shown(1, /1\/2/);
    room.say('ada', '/stop 101 at=+2h');
    await until('the second', () => stateOf(2));
    const pressed = room.telegram.press(room.user('omar'), room.group, card.id, 'Approve');
    assert.match(await room.answerTo(pressed), /withdrawn/);
    await shown(2, /waiting for approval[^]*0\/2/);
    assert.deepEqual([stateOf(1), stateOf(2), runs()], ['withdrawn', 'awaiting', 0]);
  });

  it('takes the place of what was agreed to for later, too', async () => {
    room.say('omar', '/stop 101 at=+8h');
    await room.press('ada', 1, 'Approve');
    await shown(1, /approved/);
    room.say('omar', '/stop 101 at=+9h');
    await shown(2, /waiting for approval/);
    assert.equal(stateOf(1), 'withdrawn');
    room.skip(8 * 3_600_000 + 60_000);
    await shown(2, /expired/);
    assert.equal(runs(), 0);
  });

  it('leaves alone what runs, what is about another target, and what is another action', async () => {
    room.say('omar', '/stop 101');
    room.say('omar', '/stop 102');
    room.say('omar', '/reboot 101');
    await shown(3, /waiting for approval/);
    assert.deepEqual([stateOf(1), stateOf(2), stateOf(3)], ['awaiting', 'awaiting', 'awaiting']);
    room.script.run = () => undefined;
    await room.press('ada', 1, 'Approve');
    await until('the run', () => stateOf(1) === 'running');
    assert.match(await room.ask('omar', '/stop 101'), /#1/);
    assert.equal(stateOf(1), 'running');
  });

  it('that is refused leaves the older one as it was', async () => {
    room.say('omar', '/stop 101');
    await shown(1, /waiting for approval/);
    assert.match(await room.ask('omar', '/stop 101 at=2020-01-01T00:00'), /is over/);
    assert.equal(stateOf(1), 'awaiting');
  });

  it('of somebody else stays beside it; both cards name the other until one has ended', async () => {
    room.say('omar', '/stop 101');
    await shown(1, /waiting for approval/);
    room.say('ada', '/reboot 101');
    await shown(2, /Also open for this target: #1/);
    await shown(1, /Also open for this target: #2/);
    assert.match(await room.ask('omar', '/withdraw 1'), /Withdrawn/);
    const card = await shown(2, /^(?![^]*Also open)[^]*waiting for approval/);
    assert.ok(card.buttons.flat().some(({ text }) => text === 'Approve'));
  });

  it('for exactly what somebody else waits for is told which one that is', async () => {
    room.say('omar', '/stop 101');
    await shown(1, /waiting for approval/);
    assert.match(await room.ask('ada', '/stop 101'), /Exactly this is asked for already: #1/);
    room.say('ada', '/stop 101 at=+2h');
    await until('the second', () => stateOf(2));
    room.say('ivan', '/snapshot 101 before');
    await until('the third', () => stateOf(3));
    room.say('ada', '/snapshot 101 after');
    await until('the fourth', () => stateOf(4));
  });
});
