import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { removeFactor } from '#db/journal/factors';
import { tellLatest } from '#db/journal/latest';
import { changeByNo } from '#db/ledger/change-rows';
import { apply } from '#db/ledger/changes';
import { CODE_VALID } from '#db/ledger/codes';
import { isEnrolled } from '#db/ledger/factors';
import type { OpenDatabase } from '#db/open';
import { localQueue } from '#db/queue/local';
import { PersonId } from '#policies/ids';
import { Json } from '#policies/json';
import { ruleFile } from '../policies/decide/asked.ts';
import { somebody } from '../policies/people.ts';
import { openRoom, until } from './room.ts';
import { nodeIn } from './second-factor-node.ts';

const EVERYTHING = { risk: ['low', 'medium', 'high', 'critical'] };
const ADMIN = { need: [{ count: 1, role: 'admin' }] };
const FACTOR = { ...ADMIN, second_factor: 'totp' };
const STEP = 30_000;
const person = (id: string) => PersonId.parse(id);

/** Everything that a database has on the disk, after its log was written into it. */
const bytesOf = ({ path, sqlite }: OpenDatabase): string => {
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
  return [path, `${path}-wal`]
    .filter(existsSync)
    .map((file) => readFileSync(file, 'latin1'))
    .join('');
};

describe('second factor', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  let node: Awaited<ReturnType<typeof nodeIn>>;
  const open = async (rule: object, policy: object = {}) => {
    const people = [
      somebody('omar', 'operator'),
      somebody('ada', 'admin'),
      somebody('ivan', 'admin'),
      somebody('eve', 'admin'),
    ];
    room = await openRoom({ people, rules: ruleFile([{ id: 'all', match: EVERYTHING, ...rule }]) });
    node = await nodeIn(room, policy);
    await until('the bot knows who is enrolled', () =>
      isEnrolled(room.ledger, node.journal.address, person('ada')),
    );
  };
  afterEach(async () => {
    await node.close();
    await room.close();
  });
  const change = (no = 1) => {
    const found = changeByNo(room.ledger, no);
    if (!found) throw new Error(`no change ${no}`);
    return found;
  };
  const votes = (no = 1) => {
    const { state } = change(no);
    return 'votes' in state ? state.votes.map((vote) => vote.person) : [];
  };
  /** Asks for a change and waits for its card. */
  const ask = async (no = 1) => {
    room.say('omar', '/recipe pve1 apt-no-translations');
    return room.cardSays(no, /waiting for approval/);
  };
  const audited = (kind: string) => room.audit().filter((record) => record.kind === kind);

  it('a press alone does not count, and a code for that plan does: then it runs', async () => {
    await open(FACTOR);
    const card = await ask();
    assert.match(card.text, /send me \/code 1 123456 in private/);
    assert.match(await room.press('ada', 1, 'Approve'), /Not counted yet. Send me \/code 1 123456/);
    assert.deepEqual([change().state.state, votes()], ['awaiting', []]);
    assert.match(await room.ask('ada', `/code 1 ${node.code('ada')}`), /on its way/);
    await room.told('ada', /Counted. It begins now/);
    await room.cardSays(1, /done and verified/);
    assert.equal(node.kinds().filter((kind) => kind === 'code.judged').length, 1);
  });

  it('each of two people proves it, and the first is told that another is missing', async () => {
    await open({ ...FACTOR, need: [{ count: 2, role: 'admin' }] });
    await ask();
    await room.press('ada', 1, 'Approve');
    await room.ask('ada', `/code 1 ${node.code('ada')}`);
    await room.told('ada', /Counted. 1 more needed/);
    await room.press('ivan', 1, 'Approve');
    await room.ask('ivan', `/code 1 ${node.code('ivan')}`);
    await room.cardSays(1, /done and verified/);
  });

  it('a code in a group is refused and worth nothing any more, also not in private', async () => {
    await open(FACTOR);
    await ask();
    await room.press('ada', 1, 'Approve');
    const code = node.code('ada');
    room.say('ada', `/code 1 ${code}`);
    await room.told('ada', /Only in a private chat[^]*counts for nothing/);
    await until('the worker spoilt it', () => node.kinds().includes('code.judged'));
    await room.ask('ada', `/code 1 ${code}`);
    await room.told('ada', /used before/);
    assert.deepEqual(votes(), []);
  });

  it('a code that is typed in a group by a slip of the finger is worth nothing either', async () => {
    await open(FACTOR);
    await ask();
    await room.press('ada', 1, 'Approve');
    const code = node.code('ada');
    room.say('ada', `/cdoe 1 ${code.slice(0, 3)} ${code.slice(3)}`);
    await until('the worker spoilt it', () => node.kinds().includes('code.judged'));
    await room.ask('ada', `/code 1 ${code}`);
    await room.told('ada', /used before/);
  });

  it('a code counts once: for another change it is refused', async () => {
    await open(FACTOR);
    await ask();
    await room.press('ada', 1, 'Approve');
    const code = node.code('ada');
    await room.ask('ada', `/code 1 ${code}`);
    await room.cardSays(1, /done and verified/);
    node.wants({ '/etc/motd': 'bye' }, { risk: 'high' });
    await ask(2);
    await room.press('ada', 2, 'Approve');
    await room.ask('ada', `/code 2 ${code}`);
    await room.told('ada', /used before/);
    assert.deepEqual(votes(2), []);
    room.skip(STEP);
    await room.ask('ada', `/code 2 ${node.code('ada')}`);
    await room.cardSays(2, /done and verified/);
  });

  it('a code counts for the plan whose button was pressed and for no later one', async () => {
    await open(FACTOR);
    await ask();
    await room.press('ada', 1, 'Approve');
    const { state } = change();
    const before = 'plan' in state ? state.plan : null;
    node.wants({ '/etc/motd': 'other' }, { risk: 'high' });
    apply(room.ledger, change().id, { type: 'replan', until: room.ledger.now() + STEP }, { system: 'test' });
    await until('another plan', () => {
      const now = change().state;
      return now.state === 'awaiting' && now.plan !== before;
    });
    assert.match(await room.ask('ada', `/code 1 ${node.code('ada')}`), /No code of yours is waited for/);
    assert.deepEqual(votes(), []);
  });

  it('a code that nobody was asked for is not even sent', async () => {
    await open(FACTOR);
    await ask();
    assert.match(await room.ask('ada', `/code 1 ${node.code('ada')}`), /No code of yours is waited for/);
    assert.match(await room.ask('omar', `/code 1 123456`), /No code of yours is waited for/);
    assert.match(await room.ask('ada', '/code 1 12345'), /six digits/);
    assert.deepEqual([audited('code.sent').length, node.kinds().includes('code.judged')], [0, false]);
  });

  it('a wrong code is told, and five of them lock the factor for a quarter of an hour', async () => {
    await open({ ...FACTOR, expires: '2h' });
    await ask();
    await room.press('ada', 1, 'Approve');
    for (let no = 1; no <= 5; no++) {
      await room.ask('ada', `/code 1 ${node.wrongCode('ada')}`);
      await until(`answer ${no}`, () => audited('code.answered').length === no);
    }
    await room.told('ada', /That code is wrong/);
    await room.told('ada', /locked on that node for 15 minutes/);
    await room.ask('ada', `/code 1 ${node.code('ada')}`);
    await until('the right one is answered', () => audited('code.answered').length === 6);
    assert.deepEqual(votes(), []);
    room.skip(15 * 60_000);
    await room.ask('ada', `/code 1 ${node.code('ada')}`);
    await room.cardSays(1, /done and verified/);
  });

  it('the code of somebody else does not count', async () => {
    await open(FACTOR);
    await ask();
    await room.press('ivan', 1, 'Approve');
    await room.ask('ivan', `/code 1 ${node.code('ada')}`);
    await room.told('ivan', /That code is wrong/);
    assert.deepEqual(votes(), []);
  });

  it('a code that the node never answers is told to be worth nothing, and nothing of it is kept', async () => {
    await open({ ...FACTOR, expires: '2h' });
    await ask();
    await room.press('ada', 1, 'Approve');
    await node.close();
    await room.ask('ada', `/code 1 ${node.code('ada')}`);
    room.skip(CODE_VALID);
    await room.told('ada', /node did not answer/);
    assert.equal(change().state.state, 'awaiting');
    const kept = () => room.ledger.db.sqlite.prepare('SELECT 1 FROM outbox WHERE until IS NOT NULL').get();
    await until('it is forgotten', () => kept() === undefined);
  });

  it('the floor of the node is read again at the start: what was agreed to without codes is planned again', async () => {
    await open({ ...ADMIN, cooldown: '10m' });
    await ask();
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /approved/);
    tellLatest(node.journal, { report: 'factors', factors: { enrolled: [person('ada')], risks: ['high'] } });
    node.worker.wake();
    await until('the bot knows the floor', () => {
      const said = room.ledger.db.sqlite
        .prepare<[], string>('SELECT factors FROM worker_factors')
        .pluck()
        .get();
      return said?.includes('high');
    });
    room.skip(10 * 60_000);
    await room.cardSays(1, /waiting for approval[^]*proves it with a code/);
  });

  it('somebody who is not enrolled is told at the press, and by whom they are', async () => {
    await open(FACTOR);
    await ask();
    assert.match(await room.press('eve', 1, 'Approve'), /factor enroll eve/);
    assert.match(await room.ask('eve', '/code 1 123456'), /No code of yours is waited for/);
  });

  it('"accepted" from somebody who does not hold the plan does not count, nor twice, nor of an unknown code', async () => {
    await open({ ...FACTOR, need: [{ count: 2, role: 'admin' }] });
    await ask();
    await room.press('ada', 1, 'Approve');
    const { id, state } = change();
    const plan = 'plan' in state ? state.plan : '';
    const forger = localQueue(room.hub);
    let sent = 0;
    const forge = (from: string, nonce: string, who = 'ada') =>
      forger.send({
        id: `forged-${++sent}`,
        from,
        to: 'bot',
        at: room.ledger.now(),
        body: Json.parse({ report: 'code', change: id, plan, person: who, nonce, verdict: 'accepted' }),
      });
    const holder = node.journal.address;
    await forge(holder, 'guessed');
    await room.ask('ada', `/code 1 ${node.wrongCode('ada')}`);
    await room.told('ada', /That code is wrong/);
    const nonce =
      room.ledger.db.sqlite.prepare<[], string>('SELECT nonce FROM codes_sent').pluck().get() ?? '';
    await forge(holder, nonce);
    room.ledger.db.sqlite.exec('UPDATE codes_sent SET answered_at = NULL');
    await forge('node.home.pve2', nonce);
    await forge(holder, nonce, 'ivan');
    assert.deepEqual(votes(), []);
    assert.equal(audited('report.late').length, 4);
  });

  it('the worker refuses a plan of which it accepted no code, whatever the bot says', async () => {
    await open({ ...FACTOR, need: [{ count: 2, role: 'admin' }] });
    await ask();
    await room.press('ada', 1, 'Approve');
    await room.ask('ada', `/code 1 ${node.code('ada')}`);
    await room.told('ada', /1 more needed/);
    removeFactor(node.journal, person('ada'));
    await room.press('ivan', 1, 'Approve');
    await room.ask('ivan', `/code 1 ${node.code('ivan')}`);
    await room.cardSays(1, /accepted no code of ada for this plan/);
    assert.equal(node.kinds().includes('execution.begun'), false);
  });

  it('the node asks for it by risk although no rule does', async () => {
    await open(ADMIN, { second_factor: ['high'] });
    await ask();
    assert.match(await room.press('ada', 1, 'Approve'), /Not counted yet/);
    await room.ask('ada', `/code 1 ${node.code('ada')}`);
    await room.cardSays(1, /done and verified/);
  });

  it('whoever asks proves it themselves where nobody else has to agree', async () => {
    await open({ need: [], second_factor: 'totp' }, { votes: { high: 0 } });
    room.say('ada', '/recipe pve1 apt-no-translations');
    await room.cardSays(1, /waiting for approval/);
    assert.match(await room.press('ada', 1, 'Confirm'), /Not counted yet/);
    assert.match(await room.press('ivan', 1, 'Confirm'), /nothing for you to confirm/);
    await room.ask('ada', `/code 1 ${node.code('ada')}`);
    await room.cardSays(1, /done and verified/);
  });

  it('the name of the target and a code are both asked for where the rules want both', async () => {
    await open({ ...FACTOR, confirm: 'type_target' });
    await ask();
    assert.match(await room.press('ada', 1, 'Approve'), /\/approve 1 and the number or name/);
    assert.match(await room.ask('ada', `/code 1 ${node.code('ada')}`), /No code of yours is waited for/);
    room.say('ada', '/approve 1 pve1');
    await room.told('ada', /Not counted yet/);
    await room.ask('ada', `/code 1 ${node.code('ada')}`);
    await room.cardSays(1, /done and verified/);
  });

  it('no code is left in the files of bot and worker: not in the queue, the audit, the events or the journal', async () => {
    await open({ ...FACTOR, need: [{ count: 2, role: 'admin' }] });
    await ask();
    await room.press('ada', 1, 'Approve');
    const codes: string[] = [];
    const typed = async (line: (code: string) => string) => {
      const code = node.code('ada');
      codes.push(code);
      await room.ask('ada', line(code));
      room.skip(STEP);
    };
    await typed((code) => `/code 1 ${code}`);
    await room.told('ada', /1 more needed/);
    await typed((code) => `/cdoe 1 ${code}`);
    await typed((code) => `/approve 1 ${code}`);
    await typed((code) => `/code ${code}`);
    await typed((code) => `/why ${code}`);
    await typed((code) => code);
    await room.press('ivan', 1, 'Approve');
    codes.push(node.wrongCode('ivan'));
    await room.ask('ivan', `/code 1 ${node.wrongCode('ivan')}`);
    await room.told('ivan', /That code is wrong/);
    const waiting = () => room.ledger.db.sqlite.prepare('SELECT 1 FROM outbox WHERE until IS NOT NULL').get();
    await until('no code waits to be sent', () => waiting() === undefined);
    const files = [bytesOf(room.ledger.db), bytesOf(node.journal.db)];
    for (const code of codes)
      for (const bytes of files) assert.doesNotMatch(bytes, new RegExp(`(?<!\\d)${code}(?!\\d)`));
    assert.match(files[0] ?? '', /\/cdoe 1 /);
  });
});
