import assert from 'node:assert/strict';
import { it } from 'node:test';
import { plain } from '#bot/cards/words';
import { deliverAll } from '#bot/delivery/deliver';
import { paced } from '#bot/delivery/pace';
import { changeById } from '#db/ledger/change-rows';
import { tick } from '#db/ledger/tick';
import { castVote } from '#db/ledger/votes';
import { openStage } from '../../db/ledger/stage.ts';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { needing } from '../../policies/decide/asked.ts';
import { ada, omar } from '../../policies/people.ts';
import { scriptedChat } from './scripted-chat.ts';

const DAY = 86_400_000;

it('the card of a change that too few agreed to says who asked, who had agreed, and whom it had needed', async () => {
  const stage = openStage(undefined, needing({ count: 2, role: 'admin' }));
  try {
    const { ledger, authority } = stage;
    const change = stage.ask(omar);
    const { id, action, target, params } = change;
    stage.tell(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
    const state = changeById(ledger, id)?.state;
    assert.ok(state?.state === 'awaiting');
    castVote(ledger, authority, {
      change,
      person: ada,
      plan: state.plan,
      actor: { person: ada.id },
      typed: null,
    });
    stage.skip(DAY);
    tick(ledger, authority);
    assert.equal(changeById(ledger, id)?.state.state, 'expired');
    const platform = scriptedChat('test', []);
    const office = { ledger, authority, inventories: () => [], watching: [], locale: 'en' };
    await deliverAll(office, paced(platform.chat, ledger.now));
    const [card] = platform.shown();
    const lines = card?.must.map(plain) ?? [];
    assert.ok(
      lines.some((line) => /^Asked by Omar · risk high · node pve1$/i.test(line)),
      lines.join('\n'),
    );
    assert.ok(
      lines.some((line) => /^Needed: 2 admins · Agreed: ada/i.test(line)),
      lines.join('\n'),
    );
  } finally {
    stage.close();
  }
});
