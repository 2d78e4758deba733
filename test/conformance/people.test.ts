import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readRules } from '#bot/rules-file';
import { changeByNo } from '#db/ledger/change-rows';
import { LINK_STEP } from '#db/ledger/link-requests';
import { personById, personOf, putPerson } from '#db/ledger/people';
import { Scope } from '#policies/scope';
import { ada, ivan, omar, somebody, vera } from '../policies/people.ts';
import { openRoom, until } from './room.ts';

const otto = somebody('otto', 'operator');
const kim = somebody('kim', 'operator', {
  scope: Scope.parse({ pools: [], guests: [{ site: 'home', from: 101, to: 101 }] }),
});

/** Who may what, changed in chat. */
describe('people', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom({ people: [vera, omar, otto, ada, ivan, kim] });
  });
  afterEach(() => room.close());
  const stateOf = (no: number) => changeByNo(room.ledger, no)?.state.state;
  const person = (id: string) => personById(room.ledger, id);
  const waits = (no: number) => room.cardSays(no, /waiting for approval/);
  const ends = (no: number) => until(`#${no} ends well`, () => stateOf(no) === 'succeeded');

  it('a role is given by others than whom it is given to, who see what it was and what it will be', async () => {
    room.say('ada', '/role omar admin reason="on call"');
    const card = await waits(1);
    assert.match(card.text, /-role: operator\n\+role: admin/);
    assert.match(card.text, /risk critical/);
    assert.match(await room.press('omar', 1, 'Approve'), /about what you may do yourself/);
    assert.match(await room.press('omar', 1, 'Deny'), /about what you may do yourself/);
    assert.match(await room.press('ada', 1, 'Approve'), /You asked for this/);
    await room.press('ivan', 1, 'Approve');
    assert.equal(person('omar')?.role, 'operator');
    await room.press('otto', 1, 'Approve');
    await ends(1);
    assert.equal(person('omar')?.role, 'admin');
  });

  it('nobody is given anything where only they themselves could agree', async () => {
    await room.close();
    room = await openRoom({ people: [vera, omar, ada, ivan] });
    assert.match(await room.ask('ada', '/role omar admin'), /#1/);
    await until('it is refused', () => stateOf(1) === 'refused');
    assert.equal(person('omar')?.role, 'operator');
  });

  it('an operator gives nobody a role', async () => {
    assert.match(await room.ask('omar', '/role vera operator'), /needs at least admin/);
    assert.match(await room.ask('omar', '/people add eve admin'), /needs at least admin/);
    assert.equal(person('eve'), undefined);
  });

  it('an admin may ask to be less, and one other admin agrees to it', async () => {
    room.say('ada', '/role ada viewer');
    const card = await waits(1);
    assert.match(card.text, /risk high/);
    await room.press('ivan', 1, 'Approve');
    await ends(1);
    assert.equal(person('ada')?.role, 'viewer');
  });

  it('the last admin is neither made less nor bound nor switched off', async () => {
    await room.close();
    const alone = readRules('one-admin');
    assert.ok(alone.ok);
    room = await openRoom({ people: [vera, omar, otto, ada], rules: alone.value });
    assert.match(await room.ask('ada', '/disable ada reason=x'), /Nobody would be left/);
    room.say('ada', '/role ada viewer');
    room.say('ada', '/scope ada guest=101');
    await until('both are refused', () => stateOf(1) === 'refused' && stateOf(2) === 'refused');
    assert.deepEqual(
      [person('ada')?.role, person('ada')?.scope, person('ada')?.disabled],
      ['admin', 'everything', false],
    );
  });

  it('an admin who was switched off since counts as none, and neither does one who is bound', async () => {
    await room.ask('ada', '/disable ivan reason=left');
    assert.match(await room.ask('ada', '/disable ada reason=x'), /Nobody would be left/);
  });

  it('somebody new is added by several, and can do nothing before an account is linked', async () => {
    room.say('ada', '/people add eve operator');
    await waits(1);
    await room.press('ivan', 1, 'Approve');
    await room.press('otto', 1, 'Approve');
    await ends(1);
    assert.equal(person('eve')?.role, 'operator');
    const eve = room.telegram.addUser('eve', { username: 'eve' });
    room.telegram.addPrivateChat(eve);
    assert.match(await room.ask('ada', '/people'), /eve \(eve\) · operator · no account linked/);
  });

  it('a name equal to somebody’s counts for nothing: people are meant by their id alone', async () => {
    await room.close();
    const double = somebody('mallory', 'viewer', { name: 'ada' });
    room = await openRoom({ people: [vera, omar, otto, ada, ivan, double] });
    room.say('ada', '/role Ada viewer');
    assert.match(await room.ask('ada', '/role Ada viewer'), /nobody with the id Ada/);
    assert.match(await room.ask('mallory', '/people'), /ada \(mallory\) · viewer/);
    assert.match(await room.ask('mallory', '/role mallory admin'), /needs at least admin/);
  });

  it('everybody but an admin is shown themselves alone', async () => {
    const own = await room.ask('omar', '/people');
    assert.match(own, /omar \(omar\) · operator/);
    assert.doesNotMatch(own, /ada|ivan|kim/);
    assert.match(await room.ask('ada', '/people'), /kim \(kim\) · operator · only guests home\/101/);
  });

  describe('whoever is switched off', () => {
    it('has no request, no vote and no access from that moment on, and everybody is told', async () => {
      room.say('otto', '/stop 101');
      await waits(1);
      room.say('omar', '/stop 102');
      await waits(2);
      assert.match(await room.ask('ada', '/disable otto'), /reason/);
      assert.equal(person('otto')?.disabled, false);
      assert.match(
        await room.ask('ada', '/disable otto reason="phone was stolen"'),
        /otto has no access any more/,
      );
      assert.equal(stateOf(1), 'withdrawn');
      assert.equal(stateOf(2), 'awaiting');
      assert.match(await room.ask('otto', '/status'), /switched off/);
      await until('the chat is told', () =>
        room.telegram
          .messages(room.group)
          .some(({ text }) => /ada took all access from otto: phone was stolen/.test(text)),
      );
      const [record] = room.audit().filter(({ kind }) => kind === 'person.disabled');
      assert.deepEqual(record?.facts, { person: 'otto', why: 'phone was stolen' });
    });

    it('has no vote either', async () => {
      room.say('ada', '/people add eve operator');
      await waits(1);
      await room.press('otto', 1, 'Approve');
      await room.cardSays(1, /1\/2/);
      await room.ask('ivan', '/disable otto reason=x');
      await room.cardSays(1, /0\/2/);
    });

    it('is given access again only by several', async () => {
      await room.ask('ada', '/disable omar reason=x');
      room.say('ada', '/enable omar');
      const card = await waits(1);
      assert.match(card.text, /-disabled: true\n\+disabled: false/);
      await room.press('ivan', 1, 'Approve');
      assert.equal(person('omar')?.disabled, true);
      await room.press('otto', 1, 'Approve');
      await ends(1);
      assert.equal(person('omar')?.disabled, false);
    });

    it('is not so by the word of an operator', async () => {
      assert.match(await room.ask('omar', '/disable otto reason=x'), /needs at least admin/);
    });
  });

  describe('whoever is bound to some guests', () => {
    it('sees those and no other, and a guest that exists is as absent as one that does not', async () => {
      assert.doesNotMatch(await room.ask('kim', '/guests'), /dns-01|db-01/);
      assert.match(await room.ask('kim', '/guest 101'), /web-01/);
      const [hidden, absent] = [await room.ask('kim', '/guest 102'), await room.ask('kim', '/guest 999')];
      assert.equal(hidden.replaceAll('102', 'N'), absent.replaceAll('999', 'N'));
      assert.match(await room.ask('kim', '/guest db-01'), /no guest db-01/);
      assert.match(await room.ask('kim', '/stop dns-01'), /no guest dns-01/);
      const status = await room.ask('kim', '/status');
      assert.match(status, /1 guest running/);
      assert.doesNotMatch(status, /Nodes|Quorum|nodes/);
      assert.match(await room.ask('kim', '/whoami'), /only guests home\/101/);
    });

    it('asks for what is theirs, and neither votes on nor hears of what is not', async () => {
      room.say('kim', '/stop 101');
      await waits(1);
      room.say('otto', '/snapshot_delete 102 before');
      await waits(2);
      const there = await room.ask('kim', '/change 2');
      const nowhere = await room.ask('kim', '/change 99');
      assert.equal(there.replace('2', 'N'), nowhere.replace('99', 'N'));
      assert.match(await room.press('kim', 2, 'Approve'), /no change #2/);
      assert.match(await room.press('kim', 2, 'Deny'), /no change #2/);
      assert.match(await room.press('kim', 2, 'Details'), /no change #2/);
      assert.equal(stateOf(2), 'awaiting');
      assert.doesNotMatch(await room.ask('kim', '/changes'), /#2/);
      assert.doesNotMatch(await room.ask('kim', '/audit'), /home\/102/);
      await room.press('ada', 1, 'Approve');
      await ends(1);
    });

    it('uses no command that reaches beyond them', async () => {
      assert.match(await room.ask('kim', '/recipe pve1 apt-no-translations'), /beyond the guests/);
      assert.match(await room.ask('kim', '/rules'), /beyond the guests/);
    });

    it('loses what they asked for when they are bound to something else, and more is given only by several', async () => {
      room.say('kim', '/stop 101');
      await waits(1);
      room.say('ada', '/scope kim guest=102');
      const card = await waits(2);
      assert.match(card.text, /-scope: home\/101\n\+scope: home\/102/);
      assert.match(card.text, /risk critical/);
      await room.press('ivan', 2, 'Approve');
      await room.press('otto', 2, 'Approve');
      await ends(2);
      assert.equal(stateOf(1), 'withdrawn');
      assert.match(await room.ask('kim', '/guest db-01'), /102/);
      assert.match(await room.ask('kim', '/guest 101'), /no guest 101/);
    });

    it('is bound to less by one other admin', async () => {
      room.say('ada', '/scope omar pool=web guest=100-102');
      const card = await waits(1);
      assert.match(card.text, /risk high/);
      await room.press('ivan', 1, 'Approve');
      await ends(1);
      assert.deepEqual(person('omar')?.scope, {
        pools: [{ site: 'home', pool: 'web' }],
        guests: [{ site: 'home', from: 100, to: 102 }],
      });
    });

    it('and what is no scope is none', async () => {
      for (const typed of ['', 'all', 'guest=', 'guest=1', 'pool=', 'node=pve1', 'everything pool=web'])
        assert.match(await room.ask('ada', `/scope kim ${typed}`), /scope|everything/, typed);
      assert.deepEqual(person('kim')?.scope, kim.scope);
    });
  });
});

/** Linking: begun by the person, in private, with a word of theirs at the end. */
describe('linking an account', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  const eve = somebody('eve', 'operator');
  beforeEach(async () => {
    room = await openRoom({ people: [vera, omar, otto, ada, ivan] });
    putPerson(room.ledger, eve, { cli: 'test' });
  });
  afterEach(() => room.close());

  /** An account nobody is linked to, and what it is answered in private. */
  const stranger = (name: string) => {
    const account = room.telegram.addUser(name, { username: name });
    const chat = room.telegram.addPrivateChat(account);
    const ask = async (text: string): Promise<string> => {
      const answers = () => room.telegram.messages(chat).filter(({ fromBot }) => fromBot);
      const before = answers().length;
      room.telegram.say(account, chat, text);
      await until(`an answer to ${text}`, () => answers().length > before);
      return answers()
        .slice(before)
        .map((answer) => answer.text)
        .join('\n');
    };
    return { id: account.id, account, ask };
  };
  const codeIn = (text: string): string => /\b[a-z2-7]{8}\b(?= \()/.exec(text)?.[0] ?? assert.fail(text);
  const ownerOf = (id: number) =>
    personOf(room.ledger, { platform: 'telegram', tenant: '', id: String(id) })?.id;

  it('is begun by the person, said by an admin, and done by the person: each is shown which account and whose', async () => {
    const hers = stranger('whoever');
    const asked = await hers.ask('/link');
    assert.match(asked, new RegExp(`Your account here is telegram::${hers.id}`));
    const offered = await room.ask('ada', `/people link ${codeIn(asked)} eve`);
    assert.match(
      offered,
      new RegExp(`telegram::${hers.id} is to be linked to eve \\(eve\\) · operator. Nothing is linked yet`),
    );
    assert.equal(ownerOf(hers.id), undefined);
    const shown = await hers.ask('/link');
    assert.match(shown, new RegExp(`telegram::${hers.id} becomes that of eve \\(eve\\), says ada`));
    assert.match(await hers.ask('/link confirm eve'), /is now eve \(eve, operator\)/);
    assert.equal(ownerOf(hers.id), 'eve');
    await until('the chat is told', () =>
      room.telegram
        .messages(room.group)
        .some(({ text }) => /linked to eve, as ada said and eve confirmed/.test(text)),
    );
  });

  it('an admin alone gives nobody a second account: one that is theirs already has to confirm it', async () => {
    const his = stranger('second account of ada');
    const code = codeIn(await his.ask('/link'));
    const offered = await room.ask('ada', `/people link ${code} ivan`);
    assert.match(offered, /from an account that is theirs already/);
    assert.match(await his.ask('/link confirm ivan'), /ivan has an account already/);
    assert.equal(ownerOf(his.id), undefined);
    assert.match(await room.ask('ivan', '/link'), new RegExp(`telegram::${his.id} becomes that of ivan`));
    assert.match(await room.ask('ada', '/link confirm ivan'), /No account waits/);
    assert.match(await room.ask('ivan', '/link confirm ivan'), /ivan/);
    assert.equal(ownerOf(his.id), 'ivan');
  });

  it('a code says once which account is meant, for some minutes, and is worth nothing to its finder', async () => {
    const [hers, other] = [stranger('eve'), stranger('finder')];
    const code = codeIn(await hers.ask('/link'));
    assert.match(await other.ask(`/link ${code}`), /code/i);
    assert.match(await other.ask('/link confirm eve'), /No account waits/);
    assert.match(await room.ask('omar', `/people link ${code} eve`), /needs at least admin/);
    await room.ask('ada', `/people link ${code} eve`);
    assert.match(await room.ask('ivan', `/people link ${code} vera`), /No account waits/);
    room.skip(LINK_STEP);
    assert.match(await hers.ask('/link confirm eve'), /No account waits/);
    const late = codeIn(await hers.ask('/link'));
    room.skip(LINK_STEP);
    assert.match(await room.ask('ada', `/people link ${late} eve`), /No account waits/);
    assert.deepEqual([ownerOf(hers.id), ownerOf(other.id)], [undefined, undefined]);
  });

  it('whoever confirms says who they are, and must be who the admin said', async () => {
    const hers = stranger('eve');
    await room.ask('ada', `/people link ${codeIn(await hers.ask('/link'))} eve`);
    for (const id of ['ada', 'Eve', 'eve@example.org', ''])
      assert.match(await hers.ask(`/link confirm ${id}`), /No account|who|person/i);
    assert.equal(ownerOf(hers.id), undefined);
  });

  it('a name or user name equal to somebody’s links nothing', async () => {
    const double = stranger('ada');
    assert.match(await double.ask('/status'), /not linked to anybody/);
    assert.match(await double.ask('/link confirm ada'), /No account waits/);
    assert.equal(ownerOf(double.id), undefined);
  });

  it('nothing of it is said where others read', async () => {
    const hers = stranger('eve');
    const { message_id: id } = room.telegram.say(hers.account, room.group, '/link').message ?? {};
    assert.ok(id);
    await hers.ask('/link');
    const inGroup = room.telegram.messages(room.group).filter(({ fromBot }) => fromBot);
    assert.ok(inGroup.every(({ text }) => !/[a-z2-7]{8} \(/.test(text)));
  });

  it('whoever is switched off meanwhile confirms nothing', async () => {
    const hers = stranger('eve');
    await room.ask('ada', `/people link ${codeIn(await hers.ask('/link'))} eve`);
    await room.ask('ivan', '/disable eve reason=x');
    assert.match(await hers.ask('/link confirm eve'), /No account waits/);
    assert.equal(ownerOf(hers.id), undefined);
  });
});
