import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setAccess } from '#db/ledger/access';
import { changeByNo } from '#db/ledger/change-rows';
import { ruleFile } from '../policies/decide/asked.ts';
import { ada } from '../policies/people.ts';
import { openRoom, until } from './room.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EVERYTHING = { risk: ['low', 'medium', 'high', 'critical'] };
const ONE_ADMIN = { need: [{ count: 1, role: 'admin' }] };

/** What clocks in UTC read so long from now: "02:30". */
const clock = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(11, 16);

describe('what is asked for at a set time', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  const under = async (rule: object = ONE_ADMIN, rest: object = {}) => {
    room = await openRoom({ rules: ruleFile([{ id: 'all', match: EVERYTHING, ...rule }], rest) });
  };
  afterEach(() => room.close());
  const stateOf = (no = 1) => changeByNo(room.ledger, no)?.state.state;
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run').length;
  const askedAndAgreed = async (line: string) => {
    room.say('omar', line);
    await room.cardSays(1, /waiting for approval/);
    assert.match(await room.press('ada', 1, 'Approve'), /It begins/);
    assert.deepEqual([stateOf(), runs()], ['approved', 0]);
  };
  /** Some rounds of the bot's clock pass, in which nothing begins. */
  const nothingBegins = async (ms: number) => {
    room.skip(ms);
    await room.cardSays(1, /#1/);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(runs(), 0);
  };

  it('is agreed to now and begins then, and its time stands on the card before anybody agrees', async () => {
    await under();
    assert.match(await room.ask('omar', '/stop 101 at=+8h'), /It is to begin at \S+ \S+ UTC/);
    const card = await room.cardSays(1, /waiting for approval/);
    assert.match(card.text, /To begin at \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    await room.press('ada', 1, 'Approve');
    assert.equal(stateOf(), 'approved');
    await nothingBegins(8 * HOUR - 5 * MINUTE);
    room.skip(5 * MINUTE);
    await until('the start', () => runs() === 1);
    await room.cardSays(1, /done and verified/);
  });

  it('is read by the clocks of the rule file, and stands in /changes', async () => {
    await under(ONE_ADMIN, { zone: 'Asia/Tokyo' });
    const tokyo = clock(9 * HOUR + 3 * HOUR);
    room.say('omar', `/reboot 101 at=${tokyo} reason="new kernel"`);
    const card = await room.cardSays(1, /waiting for approval/);
    assert.match(card.text, new RegExp(`To begin at \\S+ ${tokyo} Asia/Tokyo`));
    assert.match(await room.ask('vera', '/changes'), /#1 .*waiting for approval, to begin /);
    const { runAt } = changeByNo(room.ledger, 1) ?? assert.fail();
    assert.ok(runAt !== null && runAt - Date.now() > 2.9 * HOUR && runAt - Date.now() < 3.1 * HOUR);
  });

  it('that is over, too far away or no time is refused with what to type', async () => {
    await under();
    assert.match(await room.ask('omar', '/stop 101 at=2020-01-01T10:00'), /2020-01-01 10:00 UTC is over/);
    assert.match(await room.ask('omar', '/stop 101 at=+8d'), /too far away: at most 7 days/);
    assert.match(await room.ask('omar', '/stop 101 at=soon'), /a time such as 02:30/);
    assert.match(await room.ask('omar', '/stop 101 at=02:30 at=03:30'), /given once/);
    assert.equal(changeByNo(room.ledger, 1), undefined);
  });

  it('while its window is closed is refused when it is asked for, with the next opening', async () => {
    const night = { from: clock(4 * HOUR), until: clock(6 * HOUR) };
    await under({ ...ONE_ADMIN, window: 'night' }, { zone: 'UTC', windows: { night } });
    assert.match(await room.ask('omar', '/stop 101 at=+2h'), /nothing may begin: night. The next opening/);
    await askedAndAgreed('/stop 101 at=+5h');
    await nothingBegins(4.5 * HOUR);
    room.skip(0.5 * HOUR);
    await until('the start', () => runs() === 1);
  });

  it('in a freeze of the calendar is refused when it is asked for', async () => {
    const day = (days: number) => new Date(Date.now() + days * 24 * HOUR).toISOString().slice(0, 10);
    const freezes = [{ id: 'fair', from: day(2), until: day(4), reason: 'the fair' }];
    await under(ONE_ADMIN, { zone: 'UTC', freezes });
    assert.match(await room.ask('omar', '/stop 101 at=+72h'), /fair says no: the fair/);
    room.say('omar', '/stop 101 at=+1h');
    await room.cardSays(1, /waiting for approval/);
  });

  it('at which no vote would hold any more, or before its rest is over, is refused when it is asked for', async () => {
    await under({ ...ONE_ADMIN, vote_valid_for: '1h', cooldown: '30m' });
    assert.match(await room.ask('omar', '/stop 101 at=+8h'), /holds 1 hour, so none would hold/);
    assert.match(await room.ask('omar', '/stop 101 at=+10m'), /rests 30 minutes after the last approval/);
    room.say('omar', '/stop 101 at=+1h');
    await room.cardSays(1, /waiting for approval/);
  });

  it('can be taken back, and said no to, until then', async () => {
    await under();
    await askedAndAgreed('/stop 101 at=+8h');
    assert.match(await room.ask('omar', '/withdraw 1'), /Withdrawn/);
    room.say('omar', '/stop 101 at=+8h');
    await room.press('ada', 2, 'Approve');
    await room.press('ivan', 2, 'Deny');
    assert.deepEqual([stateOf(1), stateOf(2)], ['withdrawn', 'denied']);
    await nothingBegins(9 * HOUR);
  });

  it('does not begin with the vote of somebody who may not agree any more', async () => {
    await under();
    await askedAndAgreed('/stop 101 at=+8h');
    setAccess(room.ledger, { ...ada, role: 'viewer' }, { cli: 'test' });
    await nothingBegins(8 * HOUR + MINUTE);
    await nothingBegins(15 * MINUTE);
    await room.cardSays(1, /Not enough people agreed in time for \S+ \S+ UTC/);
  });

  it('waits for the end of a freeze, for a quarter of an hour', async () => {
    await under();
    await askedAndAgreed('/stop 101 at=+8h');
    await room.ask('ada', '/freeze 485m reason="storage"');
    await nothingBegins(8 * HOUR + 4 * MINUTE);
    room.skip(2 * MINUTE);
    await until('the start', () => runs() === 1);
  });

  it('and could not begin within a quarter of an hour has expired, and its card says so', async () => {
    await under();
    await askedAndAgreed('/stop 101 at=+8h');
    await room.ask('ada', '/freeze 12h reason="storage"');
    await nothingBegins(8 * HOUR + 15 * MINUTE);
    const card = await room.cardSays(1, /expired/);
    assert.match(card.text, /It was to begin at \S+ \S+ UTC and could not within 15 minutes/);
  });

  it('begins a little late when the bot was away at its time, and is not called lost for that', async () => {
    await under();
    await askedAndAgreed('/stop 101 at=+8h');
    await room.stopBot();
    room.skip(8 * HOUR + 10 * MINUTE);
    await room.startBot();
    await room.cardSays(1, /done and verified/);
    assert.equal(runs(), 1);
    assert.ok(!room.audit().some(({ kind }) => kind === 'change.lose'));
  });

  it('never begins when the bot was away for longer than that', async () => {
    await under();
    await askedAndAgreed('/stop 101 at=+8h');
    await room.stopBot();
    room.skip(8 * HOUR + 16 * MINUTE);
    await room.startBot();
    await room.cardSays(1, /expired[^]*could not within 15 minutes/);
    assert.equal(runs(), 0);
    const pressed = await room.press('omar', 1, 'Plan again');
    assert.match(pressed, /is over. Choose a time/);
  });

  it('does not run a plan that drifted: another is made, which nobody has agreed to', async () => {
    await under();
    room.script.run = ({ change }) => {
      const state = changeByNo(room.ledger, 1)?.state;
      const hash = state && 'plan' in state ? state.plan : assert.fail();
      return { report: 'stale', change, hash, drift: [] };
    };
    await askedAndAgreed('/stop 101 at=+8h');
    room.skip(8 * HOUR);
    await until('the new plan', () => stateOf() === 'awaiting' && runs() === 1);
    await room.cardSays(1, /waiting for approval[^]*0\/1/);
    room.skip(15 * MINUTE);
    await room.cardSays(1, /expired/);
    assert.equal(runs(), 1);
  });

  it('and needs nobody else ends when its plan drifted, since nobody would see the new one', async () => {
    await under({ need: [] });
    room.script.run = ({ change }) => {
      const state = changeByNo(room.ledger, 1)?.state;
      const hash = state && 'plan' in state ? state.plan : assert.fail();
      return { report: 'stale', change, hash, drift: [] };
    };
    room.say('omar', '/stop 101 at=+8h');
    await room.cardSays(1, /approved/);
    room.skip(8 * HOUR);
    await room.cardSays(1, /refused[^]*no longer as its plan saw them/);
    assert.equal(runs(), 1);
  });

  it('may be an undo too', async () => {
    await under();
    room.say('omar', '/stop 101');
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /done and verified/);
    room.say('omar', '/undo 1 at=+2h');
    await room.cardSays(2, /To begin at/);
  });
});
