import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeLinkCode } from '#db/ledger/people';
import { openRoom } from '../../conformance/room.ts';
import { ada } from '../../policies/people.ts';

describe('/audit', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  let code: string;
  before(async () => {
    room = await openRoom();
    code = makeLinkCode(room.ledger, ada.id, { cli: 'root' });
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /done and verified/);
    await room.ask('ada', '/stop my-secret-note');
    await room.ask('omar', `/lnk ${code}`);
  });
  after(() => room.close());

  const rowsOf = (text: string): readonly string[] => text.split('\n').filter((line) => /^#\d+ /.test(line));

  it('of a person shows what that person did, newest first, and nothing that another did', async () => {
    const rows = rowsOf(await room.ask('ivan', '/audit ada'));
    assert.deepEqual(
      rows.map((row) => / (change\.\w+|command\.refused) (\w+)/.exec(row)?.slice(1)),
      [
        ['command.refused', 'ada'],
        ['change.vote', 'ada'],
      ],
    );
    const records = room.audit().filter(({ actor }) => 'person' in actor && actor.person === 'ada');
    assert.equal(rows.length, records.length);
  });

  it('of a person can be narrowed to a guest, and paged', async () => {
    assert.equal(rowsOf(await room.ask('vera', '/audit ada 101')).length, 1);
    const [last] = room.audit().filter(({ actor }) => 'person' in actor && actor.person === 'ada');
    const older = rowsOf(await room.ask('vera', `/audit ada before=${last?.seq}`));
    assert.equal(older.length, 1);
    assert.match(older[0] ?? '', /change\.vote/);
  });

  it('names the person that a record of what people may is about', async () => {
    assert.match(await room.ask('vera', '/audit before=4'), /person\.added cli test person=vera/);
    assert.match(await room.ask('vera', '/audit'), /link\.code-issued cli root person=ada/);
  });

  it('of a person who did nothing says so', async () => {
    assert.match(await room.ask('vera', '/audit vera'), /Nothing is recorded about that/);
  });

  it('shows what somebody typed to them and to admins only, and codes, tokens and accounts of people to nobody', async () => {
    for (const [reader, sees] of [
      ['vera', false],
      ['omar', false],
      ['ivan', true],
      ['ada', true],
    ] as const) {
      assert.equal(/my-secret-note/.test(await room.ask(reader, '/audit ada')), sees, reader);
      const all = `${await room.ask(reader, '/audit')}\n${await room.ask(reader, '/audit omar')}`;
      assert.doesNotMatch(all, new RegExp(`${code}|token|telegram:`), reader);
    }
    assert.match(await room.ask('omar', '/audit omar'), /line=\/lnk •••/);
  });
});
