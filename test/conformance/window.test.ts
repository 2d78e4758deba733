import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { ruleFile } from '../policies/decide/asked.ts';
import { openRoom, until } from './room.ts';

const NIGHT = { zone: 'Europe/Berlin', windows: { night: { from: '22:00', until: '05:00' } } };
const RULES = ruleFile(
  [
    {
      id: 'all',
      match: { risk: ['low', 'medium', 'high', 'critical'] },
      need: [{ count: 1, role: 'admin' }],
      window: 'night',
      expires: '12h',
    },
  ],
  NIGHT,
);

/** What begins when, in a window from 22:00 to 05:00 in Berlin, by the clock that hangs on the wall there. */
describe('a window over midnight', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  afterEach(() => room.close());
  const openAt = async (moment: string) => {
    room = await openRoom({ rules: RULES, at: Date.parse(moment) });
  };
  const at = async (moment: string) => {
    room.skipTo(Date.parse(moment));
    await room.worker.greet();
  };
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run').length;
  const stateOf = (no: number) => changeByNo(room.ledger, no)?.state.state;
  const agreed = async (no: number, target: number): Promise<string> => {
    room.say('omar', `/stop ${target}`);
    await room.cardSays(no, /waiting for approval/);
    return room.press('ada', no, 'Approve');
  };
  /** Some beats of the bot go by. */
  const beats = () => room.ask('vera', '/whoami').then(() => room.ask('vera', '/whoami'));
  const waits = async (no: number, target: number) => {
    const before = runs();
    assert.doesNotMatch(await agreed(no, target), /It begins now/);
    await beats();
    assert.deepEqual([stateOf(no), runs()], ['approved', before]);
  };
  const begins = async (no: number, target: number) => {
    const before = runs();
    assert.match(await agreed(no, target), /It begins now/);
    await room.cardSays(no, /done and verified/);
    assert.equal(runs(), before + 1);
  };
  const opens = async (before: string, after: string) => {
    const was = runs();
    await at(before);
    await beats();
    assert.equal(runs(), was, `closed at ${before}`);
    await at(after);
    await until(`the start at ${after}`, () => runs() === was + 1);
  };

  it('a window past midnight is open on both sides of it, and closed before and after', async () => {
    await openAt('2026-11-25T12:00Z');
    await waits(1, 101);
    await opens('2026-11-25T20:59Z', '2026-11-25T21:00:05Z');
    await at('2026-11-25T22:50Z');
    await begins(2, 102);
    await at('2026-11-25T23:10Z');
    await begins(3, 102);
    await at('2026-11-26T03:58Z');
    await begins(4, 102);
    await at('2026-11-26T04:00:05Z');
    await waits(5, 102);
  });

  it('a window over the night that skips an hour closes when the clock on the wall says so', async () => {
    await openAt('2026-03-28T20:00Z');
    await waits(1, 101);
    await opens('2026-03-28T20:59Z', '2026-03-28T21:00:05Z');
    await at('2026-03-29T02:58Z'); // 04:58, an hour after 02:58 was skipped
    await begins(2, 102);
    await at('2026-03-29T03:00:05Z');
    await waits(3, 102);
    await opens('2026-03-29T19:59Z', '2026-03-29T20:00:05Z');
  });

  it('a window over the night with an hour more stays open for that hour, and opens by the new time the next day', async () => {
    await openAt('2026-10-24T19:00Z');
    await waits(1, 101);
    await opens('2026-10-24T19:59Z', '2026-10-24T20:00:05Z');
    await at('2026-10-25T03:30Z'); // 04:30 by the new time; seven hours after it opened are over
    await begins(2, 102);
    await at('2026-10-25T04:00:05Z');
    await waits(3, 102);
    await opens('2026-10-25T20:59Z', '2026-10-25T21:00:05Z');
  });
});
