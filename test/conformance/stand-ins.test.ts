import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setAccess } from '#db/ledger/access';
import { changeByNo } from '#db/ledger/change-rows';
import { SiteId } from '#policies/ids';
import { ruleFile } from '../policies/decide/asked.ts';
import { ada, EVERYBODY, somebody } from '../policies/people.ts';
import { openRoom, until } from './room.ts';

const EVERYTHING = { risk: ['low', 'medium', 'high', 'critical'] };
const HOUR = 3_600_000;
const tom = somebody('tom', 'operator');

describe('a stand-in, in a chat', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  const under = async (rule: object = {}, standing: object = {}) => {
    const end = new Date(Date.now() + 2 * HOUR).toISOString().slice(0, 16);
    const stand_ins = [{ for: 'ada', by: 'tom', until: end, ...standing }];
    const rules = ruleFile([{ id: 'all', match: EVERYTHING, need: [{ count: 2, role: 'admin' }], ...rule }], {
      zone: 'UTC',
      stand_ins,
    });
    room = await openRoom({ rules, people: [...EVERYBODY, tom] });
  };
  afterEach(() => room.close());
  const stateOf = (no: number) => changeByNo(room.ledger, no)?.state.state;
  const askAs = async (who: string, no = 1) => {
    room.say(who, '/stop 101');
    await room.cardSays(no, /waiting for approval/);
  };
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run').length;

  it('votes as an admin, and cards say for whom and until when', async () => {
    await under();
    await askAs('omar');
    assert.match(await room.press('tom', 1, 'Approve'), /1 more needed/);
    await room.cardSays(1, /Agreed: tom \(for ada, ends .*\)/);
    assert.match(await room.ask('vera', '/why 1'), /✓ 1 admin: tom \(for ada, ends /);
    assert.match(await room.press('ivan', 1, 'Approve'), /It begins now/);
    await until('the start', () => runs() === 1);
  });

  it('cannot agree to what the one they stand in for asked', async () => {
    await under({ need: [{ count: 1, role: 'admin' }] });
    await askAs('ada');
    assert.match(await room.press('tom', 1, 'Approve'), /You are operator/);
    assert.equal(stateOf(1), 'awaiting');
  });

  it('counts no more when it ends before the start', async () => {
    await under({ cooldown: '3h', need: [{ count: 1, role: 'admin' }] });
    await askAs('omar');
    await room.press('tom', 1, 'Approve');
    assert.equal(stateOf(1), 'approved');
    await room.cardSays(1, /approved/);
    room.skip(3 * HOUR + 60_000);
    await room.cardSays(1, /waiting for approval/);
    assert.equal(runs(), 0);
  });

  it('is worth nothing on a guest that the other one may not reach', async () => {
    await under({ need: [{ count: 1, role: 'admin' }] });
    const bound = { guests: [{ site: SiteId.parse('home'), from: 102, to: 102 }], pools: [] };
    setAccess(room.ledger, { ...ada, scope: bound }, { cli: 'test' });
    await askAs('omar');
    assert.match(await room.press('tom', 1, 'Approve'), /You are operator/);
    assert.equal(stateOf(1), 'awaiting');
  });

  it('is worth nothing when the other one has no access any more', async () => {
    await under();
    await askAs('omar');
    await room.press('tom', 1, 'Approve');
    setAccess(room.ledger, { ...ada, disabled: true }, { cli: 'test' });
    await room.press('ivan', 1, 'Approve');
    assert.equal(stateOf(1), 'awaiting');
  });

  it('asks for nothing that only the other one may ask for', async () => {
    await under({ who: { role: 'admin' } });
    assert.match(await room.ask('tom', '/stop 101'), /You are operator; this needs at least admin/);
  });
});
