import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Update } from '@grammyjs/types';
import { Api } from 'grammy';
import { changeByNo } from '#db/ledger/change-rows';
import { openRoom, until } from './room.ts';

/** What becomes of a press, and of the card it was on: defects of approval tools that we never repeat. */
describe('presses', () => {
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

  it('a redelivered press is counted and run once', async () => {
    await askedStop();
    const card = room.card(1);
    assert.ok(card);
    const update = room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    await room.answerTo(update);
    await room.cardSays(1, /done and verified/);
    room.replay(update);
    room.say('vera', '/whoami');
    await room.told('vera', /vera/);
    assert.equal(runs(), 1);
    assert.equal(room.audit().filter(({ kind }) => kind === 'change.vote').length, 1);
  });

  it('a double click is answered twice and counted once', async () => {
    await askedStop();
    const card = room.card(1);
    assert.ok(card);
    const first = room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    const second = room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    assert.match(await room.answerTo(first), /Counted/);
    assert.notEqual(await room.answerTo(second), '');
    await room.cardSays(1, /done and verified/);
    assert.equal(runs(), 1);
  });

  it('an old press replayed after a restart changes nothing', async () => {
    await askedStop();
    const card = room.card(1);
    assert.ok(card);
    const update = room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    await room.answerTo(update);
    await room.cardSays(1, /done and verified/);
    await room.restart();
    room.replay(update);
    room.say('vera', '/whoami');
    await room.told('vera', /vera/);
    assert.equal(runs(), 1);
  });

  it('a press made while the bot was down, going down or coming up is taken up once', async () => {
    const votes = () => room.audit().filter(({ kind }) => kind === 'change.vote').length;
    const moments: readonly ((press: () => Update) => Promise<Update>)[] = [
      async (press) => {
        await room.stopBot();
        const update = press();
        await room.startBot();
        return update;
      },
      async (press) => {
        const update = press();
        await room.restart();
        return update;
      },
      async (press) => {
        await room.stopBot();
        const started = room.startBot();
        const update = press();
        await started;
        return update;
      },
    ];
    for (const [index, around] of moments.entries()) {
      const no = index + 1;
      room.say('omar', '/stop 101');
      const card = await room.cardSays(no, /waiting for approval/);
      const update = await around(() =>
        room.telegram.press(room.user('ada'), room.group, card.id, 'Approve'),
      );
      assert.notEqual(await room.answerTo(update), '');
      await room.cardSays(no, /done and verified/);
      assert.deepEqual([votes(), runs()], [no, no]);
    }
  });

  it('two pollers with one token: a press is neither lost nor counted twice, and the log says that there is another', async () => {
    await askedStop();
    const other = new Api(room.telegram.token, { apiRoot: room.telegram.apiRoot });
    const seen: number[] = [];
    let rivals = true;
    const rival = (async () => {
      // A second bot that was started by mistake: it sees updates, is thrown out by 409 and comes again.
      while (rivals) {
        const updates = await other.getUpdates({ timeout: 1 }).catch(() => []);
        seen.push(...updates.map((update) => update.update_id));
      }
    })();
    await until('the other was noticed', () =>
      room.logged().some((line) => /another process polls/.test(line)),
    );
    const update = await (async () => {
      const card = room.card(1);
      assert.ok(card);
      return room.telegram.press(room.user('ada'), room.group, card.id, 'Approve');
    })();
    await until(
      'the other saw the press, or ours did',
      () => seen.includes(update.update_id) || runs() === 1,
    );
    rivals = false;
    await rival;
    assert.match(await room.answerTo(update), /It begins now/);
    await room.cardSays(1, /done and verified/);
    assert.equal(runs(), 1);
    assert.equal(room.audit().filter(({ kind }) => kind === 'change.vote').length, 1);
  });

  it('a button that we never gave out is refused and recorded', async () => {
    await askedStop();
    const card = room.card(1);
    assert.ok(card);
    const forged = room.telegram.press(room.user('ada'), room.group, card.id, { data: 'approve:1' });
    assert.match(await room.answerTo(forged), /no longer works/);
    assert.equal(room.audit()[0]?.kind, 'click.refused');
  });

  it('buttons go when the decision is made', async () => {
    await askedStop();
    await room.press('ada', 1, 'Deny');
    const card = await room.cardSays(1, /denied/);
    assert.deepEqual(card.buttons.flat(), []);
  });

  it('an edit that fails does not change the verdict', async () => {
    await askedStop();
    room.telegram.faults.fail5xxBeforeAccept('editMessageText', 3);
    await room.press('ada', 1, 'Deny');
    assert.equal(stateOf(1), 'denied');
    room.skip(60_000);
    await room.cardSays(1, /denied/);
  });

  it('a late press is answered privately and recorded', async () => {
    await askedStop();
    const card = room.card(1);
    const token = card?.buttons[0]?.[0]?.data;
    assert.ok(card && token);
    await room.press('ada', 1, 'Deny');
    await room.cardSays(1, /denied/);
    const late = room.telegram.press(room.user('ivan'), room.group, card.id, { data: token });
    assert.match(await room.answerTo(late), /it is denied/);
    const refused = room.audit().find(({ kind }) => kind === 'click.refused');
    assert.equal(refused?.change, changeByNo(room.ledger, 1)?.id);
  });
});
