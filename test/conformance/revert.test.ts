import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setAccess } from '#db/ledger/access';
import { changeByNo } from '#db/ledger/change-rows';
import type { ChangeId } from '#policies/ids';
import type { Outcome } from '#policies/outcome';
import type { Report } from '#policies/report';
import { Choice, Ticket } from '#policies/ticket';
import { plannedReport, somePlan } from '../fake/worker.ts';
import { ruleFile } from '../policies/decide/asked.ts';
import { EVERYBODY } from '../policies/people.ts';
import { openRoom, until } from './room.ts';

const MINUTE = 60_000;
const EVERYTHING = { risk: ['low', 'medium', 'high', 'critical'] };
const ADMIN = [{ count: 1, role: 'admin' }];
const HEAD = { seq: 1, hash: '0'.repeat(64) };
const BACK = { method: 'POST', path: '/nodes/pve1/qemu/101/status/start', params: {} } as const;

describe('a change that is taken back unless it is kept, in a chat', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  afterEach(() => room.close());

  /** A rule for everything; the worker's plans can be taken back, and what it runs waits to be kept. */
  const under = async (keep_by: string, rule: object = { need: ADMIN }) => {
    const revert = { after: '3m', keep_by };
    room = await openRoom({ rules: ruleFile([{ id: 'all', match: EVERYTHING, revert, ...rule }]) });
    room.script.plan = (job) => {
      const plan = somePlan(job);
      const effects = plan.effects.map((effect) =>
        effect.kind === 'api' ? { ...effect, inverse: BACK } : effect,
      );
      return plannedReport({ ...plan, effects });
    };
    room.script.run = ({ change }): Report => ({
      report: 'verified',
      change,
      seen: [{ probe: { probe: 'guest-status', want: 'stopped' }, ok: true, saw: 'stopped' }],
      until: room.ledger.now() + 3 * MINUTE,
      head: HEAD,
    });
  };
  const change = () => changeByNo(room.ledger, 1) ?? assert.fail();
  const stateOf = () => change().state.state;
  const waiting = async () => {
    room.say('omar', '/stop 101');
    await room.press('ada', 1, 'Approve');
    return room.cardSays(1, /waiting to be kept/);
  };
  const finish = (outcome: Outcome) =>
    room.worker.tell({ report: 'finished', change: change().id, outcome, head: HEAD });
  const words = () => room.worker.jobs.flatMap((job) => (job.job === 'choose' ? [job] : []));
  const choices = () => words().map(({ choice }) => Choice.parse(JSON.parse(choice.text)));
  const takenBack = (failure: Extract<Outcome, { end: 'reverted' }>['failure']): Outcome => ({
    end: 'reverted',
    step: 0,
    failure,
    seen: [],
    upids: [],
  });
  const kept = (id: ChangeId): Report => ({
    report: 'finished',
    change: id,
    outcome: { end: 'succeeded', seen: [], upids: [], kept: EVERYBODY[2]?.id ?? assert.fail() },
    head: HEAD,
  });
  const audited = (kind: string) => room.audit().filter((record) => record.kind === kind);

  it('everybody reads before they agree that it is taken back, when, and who may keep it', async () => {
    await under('anyone_who_may_approve');
    room.say('omar', '/stop 101');
    await room.cardSays(
      1,
      /Taken back 3 minutes after it is done, unless somebody who may approve it keeps it/,
    );
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /waiting to be kept/);
    const run = room.worker.jobs.find((job) => job.job === 'run');
    const ticket = Ticket.parse(JSON.parse(run?.job === 'run' ? run.ticket.text : ''));
    assert.deepEqual(ticket.revert, { after: 3 * MINUTE, keepBy: 'anyone_who_may_approve' });
  });

  it('/why tells that it is taken back, who may keep it, and who cannot and why', async () => {
    await under('anyone_who_may_approve');
    await waiting();
    const why = await room.ask('vera', '/why 1');
    assert.match(why, /Rule all asks for: 1 admin[^]*somebody who may approve it keeps it/);
    assert.match(why, /omar cannot: asked for it, and somebody else has to keep it/);
    assert.match(why, /vera cannot: is viewer/);
    assert.doesNotMatch(why, /ada cannot/);
  });

  it('what was done is not done before somebody keeps it: its card says until when, and holds its target', async () => {
    await under('anyone_who_may_approve');
    const card = await waiting();
    assert.match(card.text, /Is taken back [^]*unless somebody who may approve it keeps it/);
    assert.deepEqual(
      card.buttons.flat().map(({ text }) => text),
      ['Keep', 'Revert now'],
    );
    assert.match(await room.ask('omar', '/start 101'), /#1 holds/);
  });

  it('whoever asked does not keep it where the rules want somebody else to, and no viewer does', async () => {
    await under('anyone_who_may_approve');
    await waiting();
    assert.match(await room.press('omar', 1, 'Keep'), /rules want somebody else/);
    assert.match(await room.ask('omar', '/keep 1'), /rules want somebody else/);
    assert.match(await room.press('vera', 1, 'Keep'), /You are viewer/);
    assert.match(await room.ask('vera', '/revert 1'), /You are viewer/);
    assert.deepEqual([stateOf(), words().length], ['confirming', 0]);
    assert.equal(audited('click.refused').length + audited('command.refused').length, 4);
  });

  it('one press keeps it: signed for its plan and its worker, once, and the worker says that it was in time', async () => {
    await under('anyone_who_may_approve');
    room.script.choose = (job) => kept(job.change);
    const card = await waiting();
    const press = room.telegram.press(room.user('ada'), room.group, card.id, 'Keep');
    assert.match(await room.answerTo(press), /Passed on: you keep it/);
    await room.cardSays(1, /done and verified[^]*ada kept it/);
    room.replay(press);
    assert.match(await room.ask('ivan', '/keep 1'), /Too late or too early: it is done and verified/);
    const { state, id, worker } = change();
    const plan = 'plan' in state ? state.plan : assert.fail();
    assert.deepEqual(choices(), [{ choice: 'keep', change: id, worker, plan, by: 'ada' }]);
    const [said] = audited('change.choose');
    assert.ok(said && 'person' in said.actor && said.actor.person === 'ada');
    await room.press('omar', 1, 'Undo');
    await room.cardSays(2, /undo change #1/);
  });

  it('whoever asked keeps it where the rules say so, and needs nobody else', async () => {
    await under('requester', { alone: true, cooldown: '1s' });
    room.say('ada', '/stop 101');
    await room.cardSays(1, /Taken back 3 minutes after it is done, unless ada keeps it/);
    room.say('ada', '/confirm 1 101');
    await room.told('ada', /Counted/);
    room.skip(1000);
    await room.cardSays(1, /waiting to be kept/);
    assert.match(await room.ask('ivan', '/keep 1'), /Only whoever asked for it has a say/);
    assert.match(await room.ask('ada', '/keep 1'), /Passed on/);
    assert.deepEqual(
      choices().map(({ by }) => by),
      ['ada'],
    );
  });

  it('one word is enough: a second one is told whose came first', async () => {
    await under('requester');
    await waiting();
    assert.match(await room.press('omar', 1, 'Revert now'), /taken back now/);
    await room.cardSays(1, /omar wants it taken back now/);
    assert.match(await room.ask('ada', '/keep 1'), /omar wanted it taken back already/);
    await finish(takenBack({ failure: 'called-back', by: change().requester }));
    await room.cardSays(1, /taken back[^]*Taken back: omar wanted it taken back/);
    assert.deepEqual(
      choices().map(({ choice }) => choice),
      ['revert'],
    );
  });

  it('nobody keeps it: the card says that it was taken back, and a word that comes later is told so', async () => {
    await under('anyone_who_may_approve');
    const card = await waiting();
    room.skip(3 * MINUTE);
    assert.match(
      await room.answerTo(room.telegram.press(room.user('ada'), room.group, card.id, 'Keep')),
      /Too late: nobody kept it in time/,
    );
    await finish(takenBack({ failure: 'not-kept', until: room.ledger.now() }));
    const after = await room.cardSays(1, /Taken back: nobody kept it in time/);
    assert.doesNotMatch(after.text, /failed/);
    assert.deepEqual([words(), after.buttons.flat()], [[], []]);
  });

  it('a word that reached the worker too late does not count, and the card says so to everybody', async () => {
    await under('anyone_who_may_approve');
    await waiting();
    await room.press('ada', 1, 'Keep');
    await room.cardSays(1, /ada keeps it; its worker says whether that was in time/);
    await finish(takenBack({ failure: 'not-kept', until: room.ledger.now() }));
    await room.cardSays(1, /nobody kept it in time[^]*ada kept it too late/);
  });

  it('a way back that failed says what is left and why', async () => {
    await under('anyone_who_may_approve');
    await waiting();
    await finish({
      end: 'failed',
      step: 0,
      failure: { failure: 'not-kept', until: 1 },
      seen: [],
      upids: [],
      left: { steps: [0], why: { failure: 'refused', status: 500, message: 'got timeout' } },
    });
    const card = await room.cardSays(1, /that failed: nobody kept it in time/);
    assert.match(card.text, /Still in place: step 1\. Why: Proxmox refused with 500: got timeout/);
  });

  it('what nothing takes back is refused when it was planned, never run without a way back', async () => {
    await under('anyone_who_may_approve');
    room.script.plan = (job) => plannedReport(somePlan(job));
    room.say('omar', '/stop 101');
    await room.cardSays(1, /refused[^]*nothing takes back step 1 of its plan/);
    assert.ok(!room.worker.jobs.some(({ job }) => job === 'run'));
  });

  it('what nobody could ever keep is refused when it is asked for', async () => {
    await under('anyone_who_may_approve', { need: [] });
    assert.match(await room.ask('omar', '/stop 101'), /Nobody could ever keep this/);
    assert.equal(changeByNo(room.ledger, 1), undefined);
  });

  it('a worker that is silent past the deadline leaves it unknown, and what it says later still counts', async () => {
    await under('anyone_who_may_approve');
    await waiting();
    room.skip(5 * MINUTE);
    await new Promise((next) => setTimeout(next, 100));
    assert.equal(stateOf(), 'confirming', 'the deadline alone ends nothing here');
    room.skip(2 * MINUTE);
    await until('nobody knows', () => stateOf() === 'unknown');
    await finish(takenBack({ failure: 'not-kept', until: 1 }));
    await room.cardSays(1, /taken back/);
  });

  it('somebody whose access was taken keeps nothing', async () => {
    await under('requester');
    await waiting();
    const omar = EVERYBODY.find(({ id }) => id === 'omar') ?? assert.fail();
    setAccess(room.ledger, { ...omar, disabled: true }, { cli: 'test' });
    assert.match(await room.press('omar', 1, 'Keep'), /switched off/);
    assert.equal(words().length, 0);
  });
});
