import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeCard } from '#bot/cards/change';
import { changesCard } from '#bot/cards/history';
import { page } from '#bot/cards/look';
import { listed, outside, wordsOf } from '#bot/cards/words';
import { renderText } from '#bot/console/render';
import { render } from '#bot/telegram/render';
import { changeByNo } from '#db/ledger/change-rows';
import { around, NOW, sampleChange, samplePlan } from '../bot/cards/sample.ts';
import { EVERYBODY } from '../policies/people.ts';
import { openRoom } from './room.ts';

/** Invariants of the design that bot and ledger hold; 3 and 4 are in test/db/ledger/votes, 9 in test/bot/cards/unknown. */
describe('invariants of bot and ledger', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run').length;
  const askedStop = async () => {
    room.say('omar', '/stop 101');
    return room.cardSays(1, /waiting for approval/);
  };

  it('no change without an audit record of the intent, fsynced before its first step', async () => {
    assert.equal(
      room.ledger.db.sqlite.pragma('synchronous', { simple: true }),
      2,
      'FULL: a commit is fsynced',
    );
    await askedStop();
    let recorded = false;
    room.script.run = ({ change }) => {
      recorded = room.audit().some(({ kind, change: about }) => kind === 'change.start' && about === change);
      return undefined;
    };
    await room.press('ada', 1, 'Approve');
    await room.cardSays(1, /running/);
    assert.ok(recorded, 'the record stood before the worker was told');
  });

  for (const kind of ['change.opened', 'change.planned', 'change.vote', 'change.start'])
    it(`no change without an audit record of the intent: nothing runs when ${kind} cannot be written`, async () => {
      room.ledger.db.sqlite.exec(
        `CREATE TRIGGER no_record BEFORE INSERT ON audit WHEN json_extract(NEW.line, '$.kind') = '${kind}' BEGIN SELECT raise(ABORT, 'disk'); END`,
      );
      room.say('omar', '/stop 101');
      if (kind === 'change.opened') {
        await room.told('omar', /Something is broken/);
        assert.equal(changeByNo(room.ledger, 1), undefined);
      } else if (kind === 'change.planned') {
        await room.cardSays(1, /planning/);
        assert.equal(changeByNo(room.ledger, 1)?.state.state, 'planning');
      } else {
        assert.match(await room.press('ada', 1, 'Approve'), /Something is broken/);
        assert.equal(changeByNo(room.ledger, 1)?.state.state, 'awaiting');
      }
      assert.equal(runs(), 0);
    });

  it('every click gets exactly one private answer; a refused click is in the audit', async () => {
    const card = await askedStop();
    const labels = ['Approve', 'Deny', 'Details', 'Withdraw', { data: 'nonsense' }];
    const presses = ['vera', 'omar', 'nobody'].flatMap((name) => {
      const user = name === 'nobody' ? room.telegram.addUser('nobody') : room.user(name);
      const own = name === 'omar' ? labels.filter((label) => label !== 'Withdraw') : labels;
      return own.map((label) => room.telegram.press(user, room.group, card.id, label));
    });
    for (const press of presses) await room.answerTo(press);
    for (const { callback_query: query } of presses)
      assert.equal(room.telegram.answers().filter(({ queryId }) => queryId === query?.id).length, 1);
    const refused = room.audit().filter(({ kind }) => kind === 'click.refused').length;
    const stranger = labels.length;
    assert.equal(refused, presses.length - 2 - stranger + 1, 'all but two looks, and a stranger once');
    assert.equal(changeByNo(room.ledger, 1)?.state.state, 'awaiting');
  });
});

it('if the whole diff cannot be read by the approver (card or attached file), there is no approve button', () => {
  const view = {
    change: sampleChange('awaiting'),
    plan: samplePlan,
    name: null,
    people: EVERYBODY,
    standIns: [],
    now: NOW,
    around,
  };
  const drawn = (lines: number, files: boolean, plan: typeof view.plan | null = samplePlan) => {
    const sha256 = (text: string): string => hash('sha256', text);
    const card = changeCard({
      words: wordsOf('en'),
      view: { ...view, plan },
      room: { lines, text: 4000, files },
      token: (verb) => verb,
      sha256,
    });
    return card.buttons.flat().some(({ token }) => token === 'approve');
  };
  assert.equal(drawn(40, false), true, 'it fits');
  assert.equal(drawn(3, false), false, 'it does not fit and nothing may be attached');
  assert.equal(drawn(3, true), true, 'it is attached whole');
  assert.equal(drawn(40, true, null), false, 'there is no plan to read');
});

it('text from outside is escaped per platform; mentions, ANSI and bidi controls are stripped', () => {
  const evil =
    '<b>@everyone</b> &amp; \u001b[31mred\u001b]8;;http://x\u0007 \u202egnp.exe\u2066 \u200bx\u{e0041} \ud800 a\nb';
  const lines = [[outside(evil)], listed([[outside(evil)], [outside(evil)]])];
  for (const card of [
    page('bad', [outside(evil)], lines, lines),
    changesCard(wordsOf('en'), lines, { owed: [], whole: true }),
  ]) {
    const drawing = { now: NOW, locale: 'en', numberOf: () => 1 };
    const terminal = renderText(card, drawing).join('\n');
    const { html } = render(card);
    for (const text of [terminal, html]) {
      assert.doesNotMatch(text, /[\u001b\u0007\u202e\u2066\u200b\u{e0041}]|@everyone|a\nb/u);
      assert.ok(text.isWellFormed());
    }
    assert.match(terminal, /<b>＠everyone<\/b> &amp; red/, 'nothing else is lost');
    assert.match(html, /&lt;b&gt;＠everyone&lt;\/b&gt; &amp;amp; red/);
    assert.doesNotMatch(html.replaceAll(/<\/?(b|code|tg-time[^>]*)>/g, ''), /<[a-z]/);
  }
});
