import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Chat, Sent } from '#bot/chat/chat';
import { idle } from '#bot/delivery/beside';
import { openCodeTelling } from '#bot/delivery/tell-codes';
import { answerCode, codesToTell } from '#db/ledger/codes';
import { codesSent } from '#db/ledger/schema/workers';
import { PlanHash } from '#policies/ids';
import type { Person } from '#policies/person';
import { openStage, type Stage } from '../../db/ledger/stage.ts';
import { ada, ivan, omar } from '../../policies/people.ts';
import { scriptedChat } from './scripted-chat.ts';

const accountOf = ({ id }: Person): string => `test::${id}`;

describe('what became of a code', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());

  /** A code of each of them was judged wrong, in this order. */
  const judge = (...people: readonly Person[]): void => {
    const change = stage.ask(omar).id;
    for (const [no, person] of people.entries()) {
      const nonce = `nonce-${no}`;
      const [actor, at] = [JSON.stringify({ account: accountOf(person) }), stage.ledger.now() + no];
      const sent = { nonce, change, person: person.id, actor, at, platform: 'test', chat: 'private' };
      stage.ledger.db.orm
        .insert(codesSent)
        .values({ ...sent, plan: PlanHash.parse('0'.repeat(64)) })
        .run();
      answerCode(stage.ledger, nonce, { no: 'code', verdict: 'wrong' });
    }
  };
  const untold = (): number => codesToTell(stage.ledger, 'test').length;
  const telling = (tell: (account: string) => Promise<Sent>) => {
    const { ledger, authority } = stage;
    const office = { ledger, authority, inventories: () => [], watching: [], locale: 'en' };
    const told: string[] = [];
    const chat: Chat = {
      ...scriptedChat('test', []).chat,
      tell: (account) => {
        told.push(account.id);
        return tell(account.id);
      },
    };
    const busy = idle(1);
    return { told, busy, round: openCodeTelling(office, chat, busy) };
  };
  const ok: Sent = { sent: 'ok', ref: { platform: 'test', chat: 'private', message: '1' } };

  it('is told to everybody else while it hangs with one, whose next one waits for it', async () => {
    judge(ada, ivan, ada);
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const { told, busy, round } = telling(async (id) => {
      if (id === ada.id) await answered;
      return ok;
    });
    await round();
    while (busy.lanes.size > 1) await setImmediate();
    await round();
    assert.deepEqual(told, [ada.id, ivan.id]);
    assert.equal(untold(), 2);
    answer();
    await Promise.all(busy.lanes.values());
    assert.deepEqual(told, [ada.id, ivan.id, ada.id]);
    assert.equal(untold(), 0);
  });

  it('waits as long as the platform asks, and no longer', async () => {
    judge(ada);
    const fates: Sent[] = [{ sent: 'wait', ms: 3000 }, ok];
    const { told, round } = telling(() => Promise.resolve(fates.shift() ?? ok));
    await round();
    stage.skip(2999);
    await round();
    assert.deepEqual(told, [ada.id]);
    stage.skip(1);
    await round();
    assert.deepEqual(told, [ada.id, ada.id]);
    assert.equal(untold(), 0);
  });

  it('is told once, even where nobody knows whether it arrived', async () => {
    judge(ada);
    const { told, round } = telling(() => Promise.resolve({ sent: 'unknown', why: 'scripted' }));
    await round();
    await round();
    assert.deepEqual(told, [ada.id]);
    assert.equal(untold(), 0);
  });
});
