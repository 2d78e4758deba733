import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { putPerson } from '#db/ledger/people';
import { Ticket } from '#policies/ticket';
import { ruleFile } from '../policies/decide/asked.ts';
import { ada, EVERYBODY, somebody } from '../policies/people.ts';
import { openRoom, until } from './room.ts';

const EVERYTHING = { risk: ['low', 'medium', 'high', 'critical'] };
const HOUR = 3_600_000;

/** A window that opens so many hours from now, for one hour. */
const laterWindow = (hours = 5) => {
  const clock = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(11, 16);
  const later = { from: clock(hours * HOUR), until: clock((hours + 1) * HOUR) };
  return { zone: 'UTC', windows: { later } };
};

const eva = somebody('eva', 'admin');

describe('break-glass, in a chat', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  const under = async (rest: object = {}, rule: object = {}, more: readonly object[] = []) => {
    const need = [{ count: 2, role: 'admin' }];
    const rules = ruleFile([{ id: 'all', match: EVERYTHING, need, ...rule }, ...more], {
      break_glass: { who: { role: 'admin' } },
      ...rest,
    });
    room = await openRoom({ rules, people: [...EVERYBODY, eva] });
  };
  afterEach(() => room.close());

  const stateOf = (no: number) => changeByNo(room.ledger, no)?.state.state;
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run');
  const askFor = async (no: number, vmid = 101) => {
    room.say('omar', `/stop ${vmid}`);
    return room.cardSays(no, /waiting for approval/);
  };
  const brk = (no: number, rest = '101 reason="the disk is on fire"', who = 'ada') =>
    room.ask(who, `/break_glass ${no} ${rest}`);
  /** In the group, where the card stands: what is typed counts only there. */
  const typed = async (who: string, text: string, answer: RegExp) => {
    room.say(who, text);
    return room.told(who, answer);
  };
  const broken = (no: number, vmid = 101) =>
    typed('ada', `/break_glass ${no} ${vmid} reason="the disk is on fire"`, /The glass is broken/);
  const heard = (words: RegExp) =>
    room.telegram.messages(room.group).filter(({ text, fromBot }) => fromBot && words.test(text)).length;

  it('starts what was shown without the missing votes, tells everybody, and marks the change for good', async () => {
    await under();
    await askFor(1);
    await broken(1);
    const card = await room.cardSays(1, /done and verified/);
    assert.match(card.text, /🔨/);
    assert.match(card.text, /Glass broken by ada, without the missing votes: the disk is on fire/);
    await until('the group is told', () => heard(/Break-glass: #1 /) === 1);
    for (const who of ['ivan', 'eva', 'omar']) await room.told(who, /Break-glass: #1 /);
    const [run] = runs();
    assert.ok(run?.job === 'run');
    const ticket = Ticket.parse(JSON.parse(run.ticket.text));
    assert.deepEqual([ticket.glass, ticket.votes], ['ada', []]);
    assert.match(await room.ask('vera', '/changes'), /🔨 #1 /);
    assert.match(await room.ask('vera', '/why 1'), /Glass broken by ada/);
    assert.match(await room.ask('vera', '/audit kind=change.break-glass'), /change.break-glass/);
    const record = room.audit().find(({ kind }) => kind === 'change.break-glass');
    assert.equal(record?.facts['reason'], 'the disk is on fire');
  });

  it('is there too where the people who would have to agree do not exist', async () => {
    await under({}, { need: [{ count: 9, role: 'admin' }] });
    await askFor(1);
    await broken(1);
    await room.cardSays(1, /done and verified/);
  });

  it('where nobody may break it, what nobody can agree to is not asked for', async () => {
    await under(
      { break_glass: { who: { group: 'fire' } }, groups: { fire: ['nobody-yet'] } },
      { need: [{ count: 9, role: 'admin' }] },
    );
    assert.match(await room.ask('omar', '/stop 101'), /9 admin/);
    assert.equal(changeByNo(room.ledger, 1), undefined);
  });

  it('is not there where the rules do not speak of it', async () => {
    await under({ break_glass: undefined });
    await askFor(1);
    await typed('ada', '/break_glass 1 101 reason="fire"', /There is no break-glass here/);
    assert.equal(stateOf(1), 'awaiting');
  });

  it('is for those whom the rules name, with a reason and the target typed, in the chat that saw the plan', async () => {
    await under();
    await askFor(1);
    await typed('omar', '/break_glass 1 101 reason="fire"', /You are operator/);
    await typed('ada', '/break_glass 1 101', /a reason is missing/);
    await typed('ada', '/break_glass 1 102 reason="fire"', /type what it is about: \/break_glass 1/);
    assert.match(await brk(1), /was not shown in this chat/);
    assert.equal(stateOf(1), 'awaiting');
    assert.equal(runs().length, 0);
  });

  it('leaves out nothing but votes: a freeze and a closed window still hold', async () => {
    await under(laterWindow(), { window: 'later', cooldown: '10m' });
    await askFor(1);
    await room.ask('ivan', '/freeze 2h reason="storage is broken"');
    await typed('ada', '/break_glass 1 101 reason="fire"', /Freeze \/freeze \(ivan\) says no/);
    await room.ask('ivan', '/thaw');
    await typed(
      'ada',
      '/break_glass 1 101 reason="fire"',
      /The glass is broken, and everybody is told. It begins /,
    );
    assert.deepEqual([stateOf(1), runs().length], ['approved', 0]);
  });

  it('skips a closed window and the rest only where the rules say so', async () => {
    const glass = { break_glass: { who: { role: 'admin' }, windows: 'skip' } };
    await under({ ...laterWindow(), ...glass }, { window: 'later', cooldown: '10m' });
    await askFor(1);
    await typed('ada', '/break_glass 1 101 reason="fire"', /It begins now/);
    await room.cardSays(1, /done and verified/);
  });

  it('can be stopped by whoever could have voted, while it waits for its window', async () => {
    await under(laterWindow(), { window: 'later' });
    await askFor(1);
    await broken(1);
    await room.press('ivan', 1, 'Deny');
    await room.cardSays(1, /ivan said no/);
    assert.equal(stateOf(1), 'denied');
  });

  it('is worth nothing any more when whoever broke it lost their access before it began', async () => {
    await under(laterWindow(1), { window: 'later', expires: '8h' });
    await askFor(1);
    await broken(1);
    assert.equal(stateOf(1), 'approved');
    await room.cardSays(1, /approved/);
    putPerson(room.ledger, { ...ada, role: 'viewer' }, { cli: 'test' });
    room.skip(HOUR + 60_000);
    await room.cardSays(1, /waiting for approval/);
    assert.equal(runs().length, 0);
  });

  it('is reviewed by somebody else, who neither asked for it nor broke the glass', async () => {
    await under();
    await askFor(1);
    await broken(1);
    await room.cardSays(1, /done and verified/);
    const review = (who: string) => room.ask(who, '/review 1 I looked at the disk, it was right');
    assert.match(await review('ada'), /somebody else has to/);
    assert.match(await review('omar'), /somebody else has to/);
    assert.match(await review('vera'), /You are viewer/);
    assert.match(await room.ask('ivan', '/review 1 ok'), /a review of 10 to 1000 characters/);
    assert.match(await review('ivan'), /Your review is written/);
    await room.cardSays(1, /Reviewed by ivan: I looked at the disk, it was right/);
    assert.match(await review('eva'), /No review of this is owed/);
    assert.doesNotMatch(await room.ask('vera', '/status'), /owed/);
    assert.ok(room.audit().some(({ kind }) => kind === 'review.written'));
  });

  it('is nagged about at the deadline and then daily, over restarts, until the review is written', async () => {
    await under();
    await askFor(1);
    await broken(1);
    assert.match(await room.ask('vera', '/status'), /🔨 1 review of broken glass owed: #1/);
    assert.match(await room.ask('vera', '/changes'), /1 review of broken glass owed/);
    const overdue = () => heard(/Overdue: nobody has reviewed #1/);
    room.skip(23 * HOUR);
    await room.restart();
    assert.equal(overdue(), 0);
    room.skip(HOUR);
    await until('the first reminder', () => overdue() === 1);
    await room.restart();
    room.skip(23 * HOUR);
    assert.match(await room.ask('vera', '/status'), /owed/);
    assert.equal(overdue(), 1);
    room.skip(HOUR);
    await until('one more a day later', () => overdue() === 2);
    await room.stopBot();
    room.skip(72 * HOUR);
    await room.startBot();
    await until('only one for three days away', () => overdue() === 3);
    assert.match(await room.ask('vera', '/status'), /owed/);
    const reminded = () => room.audit().filter(({ kind }) => kind === 'review.reminded').length;
    assert.equal(reminded(), 3);
    assert.match(await room.ask('ivan', '/review 1 it was right, the disk was failing'), /written/);
    room.skip(72 * HOUR);
    assert.match(await room.ask('vera', '/whoami'), /vera/);
    assert.equal(overdue(), 3);
  });

  it('is refused while too many reviews are owed, and when it was broken too often', async () => {
    await under({ break_glass: { who: { role: 'admin' }, max_open: 1, most: '2 per 24h' } });
    const typedAt = (no: number, vmid: number, answer: RegExp) =>
      typed('ada', `/break_glass ${no} ${vmid} reason="fire"`, answer);
    await askFor(1);
    await broken(1);
    await askFor(2, 102);
    await typedAt(2, 102, /1 review of broken glass must be written first/);
    await room.ask('ivan', '/review 1 it was right, the disk was failing');
    await typedAt(2, 102, /The glass is broken/);
    await room.ask('ivan', '/review 2 it was right, the disk was failing');
    await askFor(3, 100);
    await typedAt(3, 100, /The glass was broken 2 times already/);
    assert.equal(stateOf(3), 'awaiting');
  });

  it('is told only to whoever may, when their vote alone is not enough', async () => {
    await under();
    await askFor(1);
    assert.match(await room.press('ivan', 1, 'Approve'), /1 more needed/);
    await room.told('ivan', /\/break_glass 1 101 reason/);
    assert.doesNotMatch(await room.ask('omar', '/why 1'), /break_glass/);
    assert.match(await room.ask('ada', '/why 1'), /break_glass 1 101/);
  });
});
